//! What a file is, before anything is sent.

use super::*;

#[test]
fn a_file_that_is_no_picture_is_refused_before_any_request() {
    let (mut play, actions) = Play::begin(init());
    assert_eq!(
        actions,
        [Action::ReadFile {
            start: 0,
            length: 1024
        }]
    );
    let failure = failure(play.handle(Event::FileBytes(b"GIF89a".to_vec())));
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

#[test]
fn a_jpeg_is_read_on_to_its_frame_header() {
    let mut first = b"\xFF\xD8\xFF\xE1\xEA\x62".to_vec();
    first.resize(1024, 0);
    let mut jpeg_ls = b"\xFF\xF7\0\x0B\x08".to_vec();
    jpeg_ls.resize(1024, 0);
    let (mut play, _) = Play::begin(upload(false));
    let next = [Action::ReadFile {
        start: 60_006,
        length: 1024,
    }];
    assert_eq!(play.handle(Event::FileBytes(first.clone())), next);
    let failure = failure(play.handle(Event::FileBytes(jpeg_ls)));
    assert_eq!(
        (failure.code.as_ref(), failure.attempts),
        ("unsupported_file_type", 0)
    );
    assert!(
        failure.message.starts_with("me.jpg is JPEG-LS"),
        "{}",
        failure.message
    );

    // A picture that is cut off within its Exif is sent.
    let (mut play, _) = Play::begin(init());
    play.handle(Event::FileBytes(first));
    request(&play.handle(Event::FileBytes(Vec::new())));
}

#[test]
fn a_jpeg_without_end_is_read_a_hundred_times_at_most() {
    let mut bytes = b"\xFF\xD8\xFF\xE1\0\x08".to_vec();
    bytes.resize(1024, 0);
    let (mut play, _) = Play::begin(init());
    let mut actions = play.handle(Event::FileBytes(bytes.clone()));
    let mut reads = 1;
    while let [Action::ReadFile { .. }] = actions[..] {
        actions = play.handle(Event::FileBytes(vec![0; 1024]));
        reads += 1;
    }
    request(&actions);
    assert_eq!(reads, 100);
}
