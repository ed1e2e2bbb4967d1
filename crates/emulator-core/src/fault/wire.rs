//! A fault in JSON, which is shorter than serde would derive it.

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{FakeResponse, Fault};

/// A fault in JSON: a word, an object with one key, or the fields of a response.
#[derive(Serialize, Deserialize)]
#[serde(untagged)]
enum Wire {
    Response(FakeResponse),
    Named(Named),
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
enum Named {
    Body(FakeResponse),
    DelayMs(u64),
    Hang,
    HangDuringBody,
    HangAfterHeaders,
    ResetBeforeBody,
    ResetDuringBody,
    ResetAfterBody { processed: bool },
    Truncate,
    NotJson,
    Empty,
}

impl<'de> Deserialize<'de> for Fault {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Wire::deserialize(deserializer).map(Self::from)
    }
}

impl Serialize for Fault {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Wire::from(self.clone()).serialize(serializer)
    }
}

impl From<Wire> for Fault {
    fn from(wire: Wire) -> Self {
        match wire {
            Wire::Response(response) => Self::Status(response),
            Wire::Named(Named::Body(response)) => Self::Body(response),
            Wire::Named(Named::DelayMs(ms)) => Self::Delay(ms),
            Wire::Named(Named::Hang) => Self::Hang,
            Wire::Named(Named::HangDuringBody) => Self::HangDuringBody,
            Wire::Named(Named::HangAfterHeaders) => Self::HangAfterHeaders,
            Wire::Named(Named::ResetBeforeBody) => Self::ResetBeforeBody,
            Wire::Named(Named::ResetDuringBody) => Self::ResetDuringBody,
            Wire::Named(Named::ResetAfterBody { processed }) => Self::ResetAfterBody { processed },
            Wire::Named(Named::Truncate) => Self::Truncate,
            Wire::Named(Named::NotJson) => Self::NotJson,
            Wire::Named(Named::Empty) => Self::Empty,
        }
    }
}

impl From<Fault> for Wire {
    fn from(fault: Fault) -> Self {
        Self::Named(match fault {
            Fault::Status(response) => return Self::Response(response),
            Fault::Body(response) => Named::Body(response),
            Fault::Delay(ms) => Named::DelayMs(ms),
            Fault::Hang => Named::Hang,
            Fault::HangDuringBody => Named::HangDuringBody,
            Fault::HangAfterHeaders => Named::HangAfterHeaders,
            Fault::ResetBeforeBody => Named::ResetBeforeBody,
            Fault::ResetDuringBody => Named::ResetDuringBody,
            Fault::ResetAfterBody { processed } => Named::ResetAfterBody { processed },
            Fault::Truncate => Named::Truncate,
            Fault::NotJson => Named::NotJson,
            Fault::Empty => Named::Empty,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::ScriptedFault;
    use super::*;
    use crate::operation::Operation;

    #[test]
    fn a_fault_reads_as_the_documentation_writes_it() {
        let read = |json| serde_json::from_str::<ScriptedFault>(json).unwrap();
        assert_eq!(
            read(r#"{"match":{"step":"put"},"times":2,"fault":{"status":503}}"#),
            Fault::status(503).on(Operation::Put).times(2)
        );
        assert_eq!(
            read(r#"{"match":{"step":"create","nth":3},"times":null,"fault":"hang"}"#),
            Fault::Hang.on(Operation::Create).nth(3).for_ever()
        );
        assert_eq!(
            read(r#"{"match":{"step":"create"},"fault":{"reset_after_body":{"processed":true}}}"#),
            Fault::ResetAfterBody { processed: true }.on(Operation::Create)
        );
        assert_eq!(
            read(r#"{"match":{"step":"get"},"fault":{"body":{"status":201,"body":"x"}}}"#),
            Fault::body(201, "x").on(Operation::Get)
        );
        assert_eq!(read(r#"{"fault":{"delay_ms":5}}"#).fault, Fault::Delay(5));
    }

    #[test]
    fn every_fault_reads_back_from_its_own_json() {
        let response = FakeResponse::new(429)
            .with_code("concurrency_limit_exceeded")
            .with_header("retry-after", "3")
            .with_body("slow down")
            .with_content_type("text/plain");
        for fault in [
            Fault::Status(response.clone()),
            Fault::Body(response),
            Fault::Delay(1),
            Fault::Hang,
            Fault::HangDuringBody,
            Fault::HangAfterHeaders,
            Fault::ResetBeforeBody,
            Fault::ResetDuringBody,
            Fault::ResetAfterBody { processed: true },
            Fault::ResetAfterBody { processed: false },
            Fault::Truncate,
            Fault::NotJson,
            Fault::Empty,
        ] {
            let scripted = fault.on(Operation::Init);
            let json = serde_json::to_string(&scripted).unwrap();
            assert_eq!(
                serde_json::from_str::<ScriptedFault>(&json).unwrap(),
                scripted
            );
        }
    }

    #[test]
    fn a_misspelt_fault_is_refused() {
        for json in [
            r#"{"fault":"hnag"}"#,
            r#"{"fault":{"status":503,"haeders":{}}}"#,
            r#"{"match":{"stp":"put"},"fault":"hang"}"#,
            r#"{"match":{"step":"upload"},"fault":"hang"}"#,
        ] {
            assert!(
                serde_json::from_str::<ScriptedFault>(json).is_err(),
                "{json}"
            );
        }
    }
}
