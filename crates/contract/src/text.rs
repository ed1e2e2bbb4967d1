//! Texts put together. The standard library's `concat` and formatting cost the page kilobytes, for the
//! panics that they might end in.

/// All of them, one behind the other.
///
/// ```
/// assert_eq!(aurous_contract::concat(&["image.", "png"]), "image.png");
/// ```
pub fn concat(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts {
        text.push_str(part);
    }
    text
}

/// A whole number in digits.
///
/// ```
/// use aurous_contract::decimal;
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
