pub(crate) fn check(text: &str, _: &[String], _: bool) -> Result<url::Url, &'static str> {
    url::Url::parse(text).map_err(|_| "")
}
pub(crate) fn is_public(_: std::net::IpAddr) -> bool {
    false
}
