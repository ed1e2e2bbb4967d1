//! The macros that make a test of each row.

/// Makes a test of each row: the request is refused with this status and code, in a response with the
/// common headers; nothing goes upstream; the log has a line; no secret appears. The brackets hold
/// flags that the gateway starts with.
macro_rules! refused {
    ($($name:ident $([$($flag:expr),+])? => $status:literal $code:literal: $request:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = $crate::harness::stage::Stage::with_flags(&[$($($flag),+)?]);
            let request: fn(&$crate::harness::stage::Stage) -> $crate::harness::request::Request = $request;
            let request = request(&stage);
            stage.forget_upstream();
            let answer = stage.send(&request);
            stage.assert_refused(&answer, $status, $code);
            stage.assert_upstream(&[]);
            stage.finish();
        }
    )+};
}

/// Makes a test of each row: the upstream has a fault in one operation, and the request that leads there
/// is refused with this status and code after a single attempt.
macro_rules! upstream {
    ($($name:ident $([$($flag:expr),+])? => $status:literal $code:literal: $operation:ident $fault:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = $crate::harness::stage::Stage::with_flags(&[$($($flag),+)?]);
            let operation = aurous_emulator::Operation::$operation;
            let request = stage.leading_to(operation);
            let fault: aurous_emulator::Fault = $fault;
            stage.emulator().inject(fault.on(operation));
            stage.forget_upstream();
            let answer = stage.send(&request);
            stage.assert_refused(&answer, $status, $code);
            stage.assert_upstream(&[operation]);
            stage.finish();
        }
    )+};
}
