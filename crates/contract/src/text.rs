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

/// A template with its gaps, `{}`, filled, one after the other.
///
/// ```
/// assert_eq!(aurous_contract::fill("{} is {}.", &["me.jpg", "PNG"]), "me.jpg is PNG.");
/// assert_eq!(aurous_contract::fill("{}", &["{}"]), "{}");
/// ```
pub fn fill(template: &str, parts: &[&str]) -> String {
    let mut text = String::new();
    let mut rest = template;
    for part in parts {
        let gap = rest.bytes().position(|it| it == b'{').unwrap_or(rest.len());
        text.push_str(rest.get(..gap).unwrap_or_default());
        text.push_str(part);
        rest = rest.get(gap + 2..).unwrap_or_default();
    }
    text.push_str(rest);
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
    let digit = (number % 10) as usize;
    digits.push_str("0123456789".get(digit..=digit).unwrap_or_default());
    digits
}
