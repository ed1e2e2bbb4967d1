//! The emulator's substitute for a vision model: it reads the pose from the file's name.
//!
//! It never looks at the picture, so a test or a demo chooses the pose by the name.

use aurous_contract::upload::Pose;

/// Returns the pose that `filename` begins with (`front-1.jpg`, `Side.webp`), else `other`.
pub(crate) fn pose_of(filename: &str) -> Pose {
    let name = filename.to_lowercase();
    let named = Pose::ALL.into_iter().find(|pose| {
        let rest = name.strip_prefix(pose.as_str());
        // `frontier.jpg` is not a front.
        rest.is_some_and(|rest| !rest.starts_with(char::is_alphabetic))
    });
    named.unwrap_or(Pose::Other)
}

/// Returns a confidence from 0 to 1 with two decimals: high for a pose, lower for `other`, and the same
/// for the same name.
pub(crate) fn confidence_of(filename: &str, pose: Pose) -> f64 {
    let sum: u32 = filename.bytes().map(u32::from).sum();
    let percent = match pose {
        Pose::Other => 40 + sum % 20,
        _ => 80 + sum % 20,
    };
    f64::from(percent) / 100.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_pose_is_the_one_that_the_name_begins_with() {
        for (name, pose) in [
            ("front-portrait.jpg", Pose::Front),
            ("side.webp", Pose::Side),
            ("Back_2.PNG", Pose::Back),
            ("portrait", Pose::Portrait),
            ("front1.jpg", Pose::Front),
            ("frontier.jpg", Pose::Other),
            ("backé.jpg", Pose::Other),
            ("my-front.jpg", Pose::Other),
            ("IMG_0001.jpg", Pose::Other),
            ("other-1.jpg", Pose::Other),
        ] {
            assert_eq!(pose_of(name), pose, "{name}");
        }
    }

    proptest! {
        #[test]
        fn the_confidence_lies_between_0_and_1(name in "\\PC{0,120}") {
            let pose = pose_of(&name);
            let confidence = confidence_of(&name, pose);
            prop_assert!((0.0..=1.0).contains(&confidence));
            prop_assert_eq!(confidence, confidence_of(&name, pose));
        }
    }
}
