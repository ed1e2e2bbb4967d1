//! Puts messages together. The standard library's formatting would be two kilobytes of the download.

use crate::text::cut;

/// Fills the gaps of a template, `{}`, with `parts`, in order.
///
/// ```
/// use aurous_flow::message::fill;
///
/// assert_eq!(fill("{} is {}.", &["me.jpg", "PNG"]), "me.jpg is PNG.");
/// assert_eq!(fill("{}", &["{}"]), "{}");
/// ```
pub fn fill(template: &str, parts: &[&str]) -> String {
    let mut message = String::new();
    let mut rest = template;
    for part in parts {
        let (before, gap) = cut(rest, b'{');
        message.push_str(before);
        message.push_str(part);
        rest = gap.strip_prefix('}').unwrap_or_default();
    }
    message.push_str(rest);
    message
}

/// Returns a whole number in digits.
///
/// ```
/// use aurous_flow::message::decimal;
///
/// assert_eq!([decimal(0), decimal(404), decimal(u64::MAX)], ["0", "404", "18446744073709551615"]);
/// ```
pub fn decimal(number: u64) -> String {
    let mut digits = if number < 10 {
        String::new()
    } else {
        decimal(number / 10)
    };
    digits.push(char::from(b'0' + (number % 10) as u8));
    digits
}
