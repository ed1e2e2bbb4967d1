//! The names of settings in JavaScript. The core names them as the program does, by flags and variables; an
//! option has the flag's name in camel case.

/// The variables of the program that are options, with the options' names.
const VARIABLES: [(&str, &str); 3] = [
    ("AUROUS_API_KEY", "apiKey"),
    ("AUROUS_SESSION_SECRETS", "sessionSecrets"),
    ("AUROUS_SEALING_SECRETS", "sealingSecrets"),
];

/// Returns a message of the core's with the settings as options: `` `allowAnonymous` `` for
/// `--allow-anonymous`.
pub(crate) fn in_javascript(message: &str) -> String {
    let mut text = String::with_capacity(message.len());
    let mut rest = message;
    while let Some(at) = rest.find("--") {
        let (before, flag) = rest.split_at(at);
        text.push_str(before);
        let flag = flag.trim_start_matches("--");
        let length = flag
            .find(|it: char| !it.is_ascii_lowercase() && !it.is_ascii_digit() && it != '-')
            .unwrap_or(flag.len());
        let (flag, after) = flag.split_at(length);
        text.push_str(&format!("`{}`", camel_case(flag)));
        rest = after;
    }
    text.push_str(rest);
    for (variable, option) in VARIABLES {
        text = text.replace(variable, &format!("`{option}`"));
    }
    text
}

fn camel_case(flag: &str) -> String {
    let mut words = flag.split('-');
    let mut name = words.next().unwrap_or_default().to_owned();
    for word in words {
        let (first, rest) = word.split_at(word.len().min(1));
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(rest);
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flag_becomes_the_option_of_that_name() {
        for (message, expected) in [
            ("--origin: none is given.", "`origin`: none is given."),
            (
                "allow it with --allow-anonymous.",
                "allow it with `allowAnonymous`.",
            ),
            ("--max-uploads-per-subject", "`maxUploadsPerSubject`"),
            (
                "start it with --origin https://app.example",
                "start it with `origin` https://app.example",
            ),
            ("check AUROUS_API_KEY", "check `apiKey`"),
            ("a - b", "a - b"),
            ("", ""),
        ] {
            assert_eq!(in_javascript(message), expected);
        }
    }
}
