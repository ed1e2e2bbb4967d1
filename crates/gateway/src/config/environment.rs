//! The API key and the secrets, from the environment or from files. None of them is a flag, since every
//! process of a machine can read the flags of the others.

use std::fs;
use std::path::Path;

use aurous_gateway_core::Secret;
use aurous_gateway_core::config::{
    API_KEY, ConfigErrors, SEALING, SESSION, Secrets, VisitorSource,
};

use super::{Findings, STORE_PASSWORD, secret_file};

/// Reads `AUROUS_API_KEY`, `AUROUS_SESSION_SECRETS` and `AUROUS_SEALING_SECRETS`, or the file that the
/// same name with `_FILE` points to. Commas or line ends separate the entries of a list; space around an
/// entry does not count.
///
/// [`Config::new`](super::Config::new) reports what is missing.
///
/// # Errors
/// A variable and its `_FILE` are both set, or a file cannot be read.
pub fn secrets_from_environment(
    lookup: impl Fn(&str) -> Option<String>,
) -> Result<Secrets, ConfigErrors> {
    let mut findings = Findings::default();
    let secrets = read_secrets(lookup, &mut findings);
    if findings.errors.is_empty() {
        Ok(secrets)
    } else {
        Err(findings.errors)
    }
}

pub(super) fn read_secrets(
    lookup: impl Fn(&str) -> Option<String>,
    findings: &mut Findings,
) -> Secrets {
    let mut read = |name| read_variable(name, &lookup, findings);
    Secrets {
        api_key: Secret::new(read(API_KEY).trim()),
        session: Secrets::split_list(&read(SESSION)),
        sealing: Secrets::split_list(&read(SEALING)),
        visitors: VisitorSource::Tokens,
    }
}

/// Reads `AUROUS_STORE_PASSWORD` or its file, empty where there is neither.
pub(super) fn read_store_password(
    lookup: impl Fn(&str) -> Option<String>,
    findings: &mut Findings,
) -> Secret {
    Secret::new(read_variable(STORE_PASSWORD, lookup, findings).trim())
}

/// Returns the text of a variable or of its file, empty where there is neither.
fn read_variable(
    name: &'static str,
    lookup: impl Fn(&str) -> Option<String>,
    Findings { errors, warnings }: &mut Findings,
) -> String {
    let file_name = format!("{name}_FILE");
    // A Compose file sets a variable that it leaves out to the empty text.
    let given = |name: &str| lookup(name).filter(|text| !text.is_empty());
    match (given(name), given(&file_name)) {
        (Some(_), Some(_)) => {
            let problem = format!("it and {file_name} are both set");
            errors.add(name, problem, "Set one of them");
            String::new()
        }
        (Some(text), None) => text,
        (None, Some(path)) => {
            warnings.extend(secret_file::warning(name, Path::new(&path)));
            fs::read_to_string(&path).unwrap_or_else(|error| {
                // Says the kind of error alone: the text may be a secret in the wrong variable.
                let problem = format!(
                    "the file that {file_name} names cannot be read ({})",
                    error.kind()
                );
                let remedy = "Check its path and its permissions; it must be a text in UTF-8";
                errors.add(name, problem, remedy);
                String::new()
            })
        }
        (None, None) => String::new(),
    }
}
