//! The origin that a URL is of. Over the network, each has a port of its own; here, a URL tells.

use aurous_emulator_core::{EntryPoint, OPEN_PATH, Urls};

/// Where both origins are one, the paths of the upload host begin with this.
const UPLOADS: &str = "/upload/";

/// Returns the entry point of a URL, and the length of the prefix that it is mounted under.
pub(crate) fn find(
    urls: &Urls,
    is_open: bool,
    origin: &str,
    path: &str,
) -> Option<(EntryPoint, usize)> {
    let (is_api, is_upload_host) = (origin == urls.api, origin == urls.upload);
    let below_open = path.strip_prefix(OPEN_PATH);
    let below_open = below_open.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'));
    match (is_api, is_upload_host) {
        (false, false) => None,
        (false, true) => Some((EntryPoint::Upload, 0)),
        (true, true) if path.starts_with(UPLOADS) => Some((EntryPoint::Upload, 0)),
        (true, _) if is_open && below_open => Some((EntryPoint::Open, OPEN_PATH.len())),
        (true, _) => Some((EntryPoint::Api, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn urls(api: &str, upload: &str) -> Urls {
        Urls {
            api: api.to_owned(),
            upload: upload.to_owned(),
        }
    }

    #[test]
    fn each_origin_has_its_url() {
        let urls = urls("https://api.test", "https://uploads.test");
        let find = |origin, path| find(&urls, true, origin, path);
        let api = Some((EntryPoint::Api, 0));
        assert_eq!(find("https://api.test", "/v1/characters"), api);
        assert_eq!(find("https://api.test", "/upload/upl_1/a.jpg"), api);
        assert_eq!(find("https://api.test", "/aurousness"), api);
        let open = Some((EntryPoint::Open, 7));
        assert_eq!(find("https://api.test", "/aurous/v1/characters"), open);
        let upload = Some((EntryPoint::Upload, 0));
        assert_eq!(find("https://uploads.test", "/aurous/v1"), upload);
        assert_eq!(find("https://elsewhere.test", "/v1/characters"), None);
    }

    #[test]
    fn one_origin_for_both_tells_them_apart_by_the_path() {
        let urls = urls("http://127.0.0.1:1", "http://127.0.0.1:1");
        let find = |path| find(&urls, false, "http://127.0.0.1:1", path);
        let upload = Some((EntryPoint::Upload, 0));
        assert_eq!(find("/upload/upl_1/front.jpg"), upload);
        assert_eq!(find("/v1/characters"), Some((EntryPoint::Api, 0)));
        assert_eq!(find("/aurous/v1"), Some((EntryPoint::Api, 0)));
    }
}
