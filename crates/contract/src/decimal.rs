/// A whole number in digits. The standard library's formatting costs the page kilobytes.
///
/// ```
/// use aurous_contract::decimal;
///
/// assert_eq!([decimal(0), decimal(404), decimal(u64::MAX)], ["0", "404", "18446744073709551615"]);
/// ```
pub fn decimal(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(b'0' + (number % 10) as u8));
        number /= 10;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}
