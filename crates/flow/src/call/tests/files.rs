//! What a file is, before anything is sent.

use super::*;

#[test]
fn a_file_that_is_no_picture_is_refused_before_any_request() {
    let (mut play, actions) = Play::begin(init());
    assert_eq!(actions, [Action::ReadFile { length: 1024 }]);
    let failure = failure(play.handle(Event::FirstBytes(b"GIF89a".to_vec())));
    assert_eq!(failure.code, "unsupported_file_type");
    assert!(failure.message.starts_with("me.jpg is GIF;"));
    assert_eq!((failure.step, failure.attempts), (Some(Step::Init), 0));
}

#[test]
fn a_file_that_cannot_be_read_is_named() {
    for task in [init(), put(), upload(false)] {
        let step = task.first_step();
        let (mut play, _) = Play::begin(task);
        let failure = failure(play.handle(Event::FileUnreadable));
        assert_eq!(
            (failure.code.as_ref(), failure.attempts),
            ("file_unreadable", 0)
        );
        assert!(failure.message.starts_with("me.jpg can't be read"));
        assert_eq!(failure.step, Some(step));
    }
}
