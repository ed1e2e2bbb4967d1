use std::net::TcpListener;
use std::time::Instant;

use super::*;

#[tokio::test]
async fn dropping_waits_for_no_collector() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let traces = Traces::start(&url.parse().unwrap()).unwrap();
    let labels = Labels {
        method: "GET",
        route: "none".to_owned(),
    };
    let span = traces.begin_request(&HeaderMap::new(), &labels);
    span.end("req_gw_1", 404, "gateway_route_not_found");
    drop(span);
    let begin = Instant::now();
    drop(traces);
    assert!(begin.elapsed() < Duration::from_secs(3));
}
