//! The errors of a command line and of the variables that stand for flags. clap's own texts quote the
//! value, which may be a secret in the wrong place.

use std::ffi::OsString;

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgAction, Command};

/// Describes an error of clap's, and quotes nothing of `arguments`, which begin with the program's name.
pub fn usage_error(error: &clap::Error, command: &Command, arguments: &[OsString]) -> String {
    let named = context(error, ContextKind::InvalidArg).unwrap_or_default();
    // clap adds the value's name: `--listen <ADDR>`.
    let flag = named.split(' ').next().and_then(|it| it.strip_prefix("--"));
    let arg = command
        .get_arguments()
        .find(|arg| flag.is_some() && arg.get_long() == flag);
    match (arg, error.kind()) {
        (Some(arg), kind) => describe_value(arg, kind),
        (None, ErrorKind::InvalidUtf8) => "a flag or a variable is not text in UTF-8.".to_owned(),
        (None, _) => {
            let place = arguments
                .iter()
                .skip(1)
                .position(|it| it.to_string_lossy().starts_with(named));
            let suggestion = context(error, ContextKind::SuggestedArg);
            describe_unknown(place, suggestion)
        }
    }
}

fn describe_value(arg: &Arg, kind: ErrorKind) -> String {
    let flag = arg.get_long().unwrap_or_default();
    let variable = arg.get_env().unwrap_or_default().to_string_lossy();
    let problem = match (kind, arg.get_action()) {
        (ErrorKind::ArgumentConflict, _) => "it is given more than once. Give it once".to_owned(),
        (_, ArgAction::SetTrue) => {
            "its value is neither true nor false. Write the flag alone, or true as the variable"
                .to_owned()
        }
        (_, _) => format!("its value is {}", expected(arg)),
    };
    format!("--{flag} ({variable}): {problem}.")
}

/// Says what a value is not, and what to write.
fn expected(arg: &Arg) -> String {
    let names: Vec<_> = arg
        .get_possible_values()
        .iter()
        .map(|it| it.get_name().to_owned())
        .collect();
    if !names.is_empty() {
        return format!("not one of these: {}", names.join(", "));
    }
    let kind = arg.get_value_names().and_then(|names| names.first());
    match kind.map(|it| it.as_str()) {
        Some("ADDR") => "not an address with a port. Write it like 127.0.0.1:8080".to_owned(),
        Some("N" | "MS" | "BYTES" | "BITS") => {
            "not a whole number, or too large. Write digits alone".to_owned()
        }
        _ => "missing. Give one".to_owned(),
    }
}

/// `place` counts from 0.
fn describe_unknown(place: Option<usize>, suggestion: Option<&str>) -> String {
    let argument = place.map_or("an argument".to_owned(), |it| {
        format!("argument {}", it + 1)
    });
    let suggestion = suggestion.map_or(String::new(), |flag| format!(" {flag} is similar."));
    format!(
        "{argument} is none of the flags.{suggestion} --help lists all of them; secrets come from the environment."
    )
}

fn context(error: &clap::Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind)? {
        ContextValue::String(text) => Some(text),
        ContextValue::Strings(texts) => texts.first().map(String::as_str),
        _ => None,
    }
}
