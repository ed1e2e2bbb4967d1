//! The options of `createGateway`. Each is a setting of the program's, under the flag's name in camel case.

use aurous_gateway_core::Secret;
use aurous_gateway_core::config::{
    Config, ConfigErrors, Feature, Secrets, Settings, VisitorSource,
};
use serde_json::{Map, Value};

use crate::names::in_javascript;

/// Makes a configuration of options.
///
/// # Errors
/// Everything that is wrong with them, each with the option's name.
pub(crate) fn read(
    options: Map<String, Value>,
    visitors: VisitorSource,
) -> Result<Config, Vec<String>> {
    let mut settings = Settings::default();
    let mut secrets = no_secrets(visitors);
    let mut problems = Vec::new();
    for (name, value) in &options {
        // A variable of the environment that is not set is `undefined`.
        if value.is_null() {
            continue;
        }
        if let Err(expected) = set(&mut settings, &mut secrets, name, value) {
            problems.push(match expected {
                Expected::NoSuchOption => {
                    format!("`{name}`: there is no such option. Check its spelling.")
                }
                Expected::Value(expected) => {
                    format!("`{name}`: it is {}. Give {expected}.", kind(value))
                }
            });
        }
    }
    let mut errors = ConfigErrors::default();
    let config = Config::check(&settings, secrets, &mut errors);
    let of_values = errors.iter().map(|error| in_javascript(&error.to_string()));
    // A value that could not be read is not missing as well.
    let of_values = of_values.filter(|text| {
        let name = text.split(':').next();
        !problems
            .iter()
            .any(|problem| problem.split(':').next() == name)
    });
    let of_values: Vec<_> = of_values.collect();
    problems.extend(of_values);
    match config {
        Some(config) if problems.is_empty() => Ok(config),
        _ => Err(problems),
    }
}

/// Returns how the value of an option is given: `switch`, `number`, `list` or `text`. `None` where there is no such
/// option.
pub(crate) fn kind_of(name: &str) -> Option<&'static str> {
    let takes = |value| {
        let mut secrets = no_secrets(VisitorSource::Tokens);
        set(&mut Settings::default(), &mut secrets, name, &value).is_ok()
    };
    let kinds = [
        ("switch", Value::Bool(true)),
        ("number", Value::from(64)),
        ("list", Value::Array(Vec::new())),
        ("text", Value::from("")),
    ];
    let mut kinds = kinds.into_iter();
    kinds.find_map(|(kind, value)| takes(value).then_some(kind))
}

/// What an option should have been.
enum Expected {
    NoSuchOption,
    Value(&'static str),
}

fn no_secrets(visitors: VisitorSource) -> Secrets {
    Secrets {
        api_key: Secret::new(""),
        session: Vec::new(),
        sealing: Vec::new(),
        visitors,
    }
}

fn set(
    settings: &mut Settings,
    secrets: &mut Secrets,
    name: &str,
    value: &Value,
) -> Result<(), Expected> {
    match name {
        "apiKey" => secrets.api_key = Secret::new(text(value)?.trim()),
        "sessionSecrets" => secrets.session = secret_list(value)?,
        "sealingSecrets" => secrets.sealing = secret_list(value)?,
        "origin" => settings.origins = texts(value)?,
        "host" => settings.hosts = texts(value)?,
        "allowHeader" => settings.allowed_headers = texts(value)?,
        "allowAnonymous" => settings.allow_anonymous = switch(value)?,
        "audience" => settings.audience = text(value)?,
        "mount" => settings.mount = text(value)?,
        "apiUrl" => settings.api_url = text(value)?,
        "uploadOrigin" => settings.upload_origins = texts(value)?,
        "allowInsecureUpstream" => settings.allow_insecure_upstream = switch(value)?,
        "enable" => settings.enable = features(value)?,
        "trustedProxy" => settings.trusted_proxies = texts(value)?,
        "ipv6Prefix" => settings.ipv6_prefix = number(value)?,
        "teamShare" => settings.team_share = text(value)?,
        "subjectShare" => settings.subject_share = text(value)?,
        "teamLimit" => settings.team_limits = texts(value)?,
        "uploadMaxBytes" => settings.upload_max_bytes = number(value)?,
        "maxUploads" => settings.max_uploads = number(value)?,
        "maxUploadsPerSubject" => settings.max_uploads_per_subject = number(value)?,
        "maxCreateRecords" => settings.max_create_records = number(value)?,
        "maxCreateBytes" => settings.max_create_bytes = number(value)?,
        "bodyIdleTimeoutMs" => settings.body_idle_timeout_ms = number(value)?,
        "bodyMinBytesPerSecond" => settings.body_min_bytes_per_second = number(value)?,
        "connectTimeoutMs" => settings.connect_timeout_ms = number(value)?,
        "answerTimeoutMs" => settings.answer_timeout_ms = number(value)?,
        "requestTimeoutMs" => settings.request_timeout_ms = number(value)?,
        _ => return Err(Expected::NoSuchOption),
    }
    Ok(())
}

fn text(value: &Value) -> Result<String, Expected> {
    let text = value.as_str().map(str::to_owned);
    text.ok_or(Expected::Value("a text"))
}

fn texts(value: &Value) -> Result<Vec<String>, Expected> {
    let wrong = Expected::Value("a text, or a list of texts");
    match value {
        Value::String(one) => Ok(vec![one.clone()]),
        Value::Array(all) => {
            let all = all.iter().map(|it| it.as_str().map(str::to_owned));
            all.collect::<Option<_>>().ok_or(wrong)
        }
        _ => Err(wrong),
    }
}

fn secret_list(value: &Value) -> Result<Vec<Secret>, Expected> {
    let texts = texts(value)?;
    Ok(texts
        .iter()
        .flat_map(|it| Secrets::split_list(it))
        .collect())
}

fn switch(value: &Value) -> Result<bool, Expected> {
    value.as_bool().ok_or(Expected::Value("true or false"))
}

fn number<N: TryFrom<u64>>(value: &Value) -> Result<N, Expected> {
    // JavaScript's whole numbers are floats, too.
    let whole = value.as_u64().or_else(|| {
        value
            .as_f64()
            .filter(|it| it.fract() == 0.0 && *it >= 0.0)
            .map(|it| it as u64)
    });
    let number = whole.and_then(|it| N::try_from(it).ok());
    number.ok_or(Expected::Value("a whole number"))
}

fn features(value: &Value) -> Result<Vec<Feature>, Expected> {
    let names = texts(value)?;
    let features = names.iter().map(|name| Feature::find(name));
    let known = "some of list, update, delete, regenerate, resynthesize, generate";
    features
        .collect::<Option<_>>()
        .ok_or(Expected::Value(known))
}

/// Says what a value is, and nothing of it: it may be a secret in the wrong place.
fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "true or false",
        Value::Number(_) => "a number",
        Value::String(_) => "a text",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const SEALING: &str = "a sealing secret of more than thirty-two bytes";

    fn good() -> Value {
        json!({
            "apiKey": "al_live_0123",
            "sealingSecrets": [SEALING],
            "origin": "https://app.example",
            "allowAnonymous": true,
        })
    }

    /// Returns what is wrong with the good options and these ones.
    fn problems(more: Value) -> Vec<String> {
        let mut options = good().as_object().unwrap().clone();
        options.extend(more.as_object().unwrap().clone());
        read(options, VisitorSource::Tokens)
            .err()
            .unwrap_or_default()
    }

    #[test]
    fn a_key_a_secret_an_origin_and_a_word_on_sessions_make_a_gateway() {
        assert_eq!(problems(json!({})), [""; 0]);
        let session = json!({ "allowAnonymous": false, "sessionSecrets": "a session secret of more than thirty-two bytes" });
        assert_eq!(problems(session), [""; 0]);
    }

    #[test]
    fn an_app_that_knows_its_sessions_needs_no_session_secret() {
        let mut options = good().as_object().unwrap().clone();
        options.remove("allowAnonymous");
        assert!(read(options.clone(), VisitorSource::App).is_ok());
        let missing = read(options, VisitorSource::Tokens).unwrap_err().join("\n");
        assert!(
            missing.starts_with("`sessionSecrets`: it is not set"),
            "{missing}"
        );
        assert!(missing.contains("`allowAnonymous`"), "{missing}");
    }

    #[test]
    fn every_option_of_every_kind_is_read() {
        let all = json!({
            "apiKey": " al_live_0123\n", "sealingSecrets": format!("{SEALING},another {SEALING}"),
            "origin": ["https://app.example", "https://b.example"], "host": "c.example",
            "allowHeader": "X-CSRF-Token", "allowAnonymous": true, "audience": "gateway",
            "mount": "/api/aurous", "apiUrl": "https://api.example", "uploadOrigin": "https://s.example",
            "allowInsecureUpstream": false, "enable": ["list", "generate"], "trustedProxy": "10.0.0.0/8",
            "ipv6Prefix": 56, "teamShare": "1/2", "subjectShare": "1/4",
            "teamLimit": "characters_get=7/9", "uploadMaxBytes": 4_500_000.0, "maxUploads": 9,
            "maxUploadsPerSubject": 3, "maxCreateRecords": 9, "maxCreateBytes": 2_000_000,
            "bodyIdleTimeoutMs": 9, "bodyMinBytesPerSecond": 9, "connectTimeoutMs": 9,
            "answerTimeoutMs": 9, "requestTimeoutMs": 9, "sessionSecrets": null,
        });
        let config = read(all.as_object().unwrap().clone(), VisitorSource::Tokens).unwrap();
        assert_eq!(config.limits().upload_max_bytes, 4_500_000);
        assert_eq!(config.mount(), "/api/aurous");
    }

    #[test]
    fn a_command_line_learns_how_each_option_is_given() {
        for (name, kind) in [
            ("allowAnonymous", Some("switch")),
            ("maxUploads", Some("number")),
            ("ipv6Prefix", Some("number")),
            ("origin", Some("list")),
            ("sealingSecrets", Some("list")),
            ("enable", Some("list")),
            ("mount", Some("text")),
            ("apiKey", Some("text")),
            ("origins", None),
        ] {
            assert_eq!(kind_of(name), kind, "{name}");
        }
    }

    #[test]
    fn a_wrong_option_names_itself_and_what_to_give() {
        for (options, expected) in [
            (
                json!({ "origins": "https://app.example" }),
                "`origins`: there is no such option. Check its spelling.",
            ),
            (
                json!({ "uploadMaxBytes": "4500000" }),
                "`uploadMaxBytes`: it is a text. Give a whole number.",
            ),
            (
                json!({ "uploadMaxBytes": 4.5 }),
                "`uploadMaxBytes`: it is a number. Give a whole number.",
            ),
            (
                json!({ "ipv6Prefix": 300 }),
                "`ipv6Prefix`: it is a number. Give a whole number.",
            ),
            (
                json!({ "origin": 1 }),
                "`origin`: it is a number. Give a text, or a list of texts.",
            ),
            (
                json!({ "allowAnonymous": "yes" }),
                "`allowAnonymous`: it is a text. Give true or false.",
            ),
            (
                json!({ "enable": "everything" }),
                "`enable`: it is a text. Give some of list, update, delete, regenerate, resynthesize, generate.",
            ),
        ] {
            assert!(
                problems(options).contains(&expected.to_owned()),
                "{expected}"
            );
        }
    }

    #[test]
    fn every_problem_is_told_at_once_without_a_value() {
        let found = problems(
            json!({ "apiKey": ["al_live_secret"], "mount": "al_live_secret", "maxUploads": 0 }),
        );
        let text = found.join("\n");
        for option in [
            "`apiKey`: it is a list",
            "`mount`: it is not a path",
            "`maxUploads`: it is 0",
        ] {
            assert!(text.contains(option), "{text}");
        }
        assert_eq!(found.len(), 3, "{text}");
        assert!(!text.contains("al_live_secret"), "{text}");
    }
}
