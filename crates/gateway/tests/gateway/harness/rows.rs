//! A line of the table is a test.

/// Each row: what is sent is refused with this status and code, in an answer that is dressed as all
/// are; nothing goes upstream for it; the log has its line; nothing secret is told. In brackets:
/// flags that the gateway is started with.
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

/// Each row: the upstream does something to one step, and the request that leads there is refused
/// with this status and code after the one try.
macro_rules! upstream {
    ($($name:ident $([$($flag:expr),+])? => $status:literal $code:literal: $step:ident $fault:expr;)+) => {$(
        #[test]
        fn $name() {
            let stage = $crate::harness::stage::Stage::with_flags(&[$($($flag),+)?]);
            let step = aurous_emulator::Operation::$step;
            let request = stage.leading_to(step);
            let fault: aurous_emulator::Fault = $fault;
            stage.emulator().inject(fault.on(step));
            stage.forget_upstream();
            let answer = stage.send(&request);
            stage.assert_refused(&answer, $status, $code);
            stage.assert_upstream(&[step]);
            stage.finish();
        }
    )+};
}
