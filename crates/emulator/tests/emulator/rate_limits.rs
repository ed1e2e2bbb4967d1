use aurous_emulator::RuntimeSettings;
use serde_json::json;

use crate::stage::{Answer, Stage};

/// Calls until a call is refused. A few more than the burst may pass, since time goes on meanwhile.
async fn exhaust(stage: &Stage, path: &str, burst: usize) -> Answer {
    for call in 0..burst * 2 {
        let answer = stage.post(path, json!({})).await;
        if answer.status == 429 {
            assert!(call >= burst, "refused after {call} of {burst}");
            return answer;
        }
    }
    panic!("never refused");
}

const CLASSIFY: &str = "/v1/characters/uploads/classify";

#[tokio::test]
async fn every_answer_describes_its_bucket() {
    let stage = Stage::new().await;
    let headers = |answer: &Answer| {
        let number = |name| answer.header(name).parse::<u64>().unwrap();
        let reset = number("x-ratelimit-reset");
        assert!(
            reset >= stage.emulator.clock().now_ms() / 1000 - 1,
            "{reset}"
        );
        (number("x-ratelimit-limit"), number("x-ratelimit-remaining"))
    };
    assert_eq!(headers(&stage.get("/v1/characters").await), (240, 239));
    // A call that is refused for its content costs a token; a request that is no call costs none.
    assert_eq!(headers(&stage.create(json!({})).await), (60, 59));
    let synthesize = json!({ "name": "A", "generate": true, "attributes": {} });
    assert_eq!(headers(&stage.create(synthesize).await), (12, 11));
    assert_eq!(headers(&stage.delete("/v1/characters").await), (60, 59));
    let mut stranger = Stage { key: None, ..stage };
    let answer = stranger.get("/v1/characters").await;
    assert_eq!(answer.header("x-ratelimit-limit"), "240");
    stranger.key = Some("wrong".to_owned());
    assert!(
        !stranger
            .get("/v1/characters")
            .await
            .header("x-ratelimit-reset")
            .is_empty()
    );
}

#[tokio::test]
async fn an_empty_bucket_refuses_and_says_when_to_come_back() {
    let stage = Stage::new().await;
    let refused = exhaust(&stage, CLASSIFY, 60).await;
    refused.assert_error(429, "too_many_requests", None);
    assert_eq!(refused.header("x-ratelimit-remaining"), "0");
    let seconds: u64 = refused.header("retry-after").parse().unwrap();
    assert!((1..=2).contains(&seconds), "{seconds}");
    stage.advance_ms(seconds * 1000);
    assert_eq!(stage.post(CLASSIFY, json!({})).await.status, 400);
}

#[tokio::test]
async fn buckets_are_independent_and_the_keys_of_a_team_share_them() {
    let mut stage = Stage::new().await;
    exhaust(&stage, CLASSIFY, 60).await;
    assert_eq!(stage.get("/v1/characters").await.status, 200);
    assert_eq!(
        stage.other_team().post(CLASSIFY, json!({})).await.status,
        400
    );
    stage.key = Some(stage.emulator.change_key(Default::default()).key);
    assert_eq!(stage.post(CLASSIFY, json!({})).await.status, 429);
    stage.emulator.reset();
    stage.key = Some(stage.emulator.api_key().to_owned());
    assert_eq!(stage.post(CLASSIFY, json!({})).await.status, 400);
}

#[tokio::test]
async fn rate_limits_can_be_switched_off() {
    let stage = Stage::with(RuntimeSettings {
        rate_limits: false,
        ..RuntimeSettings::default()
    })
    .await;
    for _ in 0..70 {
        let answer = stage.post(CLASSIFY, json!({})).await;
        assert_eq!(answer.header("x-ratelimit-remaining"), "60");
        assert_eq!(answer.status, 400);
    }
}
