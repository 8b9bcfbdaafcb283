//! Faults of a whole Redis server need one of their own, and get it.

use golive_sandbox::{Options, Sandbox};

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_of_the_whole_server_wants_its_own() {
    let shared = Sandbox::start(Options::from_test_env().fault("queues.eviction")).await;
    assert!(shared.is_err_and(|error| error.to_string().contains("one of its own")));
}

/// The faults of the whole Redis server, on one that is started for them.
#[tokio::test(flavor = "multi_thread")]
async fn faults_of_the_whole_server_show_in_its_configuration() {
    let binaries = golive_services::find().expect("run through `cargo xtask test`, which installs Redis");
    for (fault, option, expected) in [
        ("queues.eviction", "maxmemory-policy", "allkeys-lru"),
        ("queues.no-persistence", "appendonly", "no"),
        ("queues.memory-nearly-full", "maxmemory", "73400320"),
    ] {
        let server = golive_services::RedisServer::start(&binaries, &[]).expect("a server");
        let options = Options::from_test_env().own_redis(server.url()).fault(fault);
        let sandbox = Sandbox::start(options).await.expect("it starts");
        let value = server.command(&["CONFIG", "GET", option]).expect("an answer");
        assert!(value.contains(expected), "{fault}: {value}");
        sandbox.stop().await;
    }
}
