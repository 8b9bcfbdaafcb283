//! Behind a proxy that speaks HTTP/2 over TLS, under a certificate authority that only `SSL_CERT_FILE` names.

use std::sync::Arc;

use golive_sandbox::{Front, Options, Sandbox};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::PrivateKeyDer;
use serde_json::Value;

use crate::support::{Place, probe, probes, roots};

/// A throw-away authority's certificate as PEM, and a server with one of its for `localhost`.
fn authority() -> (String, ServerConfig) {
    let mut authority = CertificateParams::new(Vec::new()).expect("no names");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    let pem = authority.self_signed(&key).expect("signed").pem();
    let issuer = Issuer::new(authority, key);
    let own = KeyPair::generate().expect("a key");
    let certificate = CertificateParams::new(vec!["localhost".to_owned()])
        .expect("a name")
        .signed_by(&own, &issuer)
        .expect("signed");
    let private = PrivateKeyDer::try_from(own.serialize_der()).expect("a key");
    let mut server = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring supports TLS 1.2 and 1.3")
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], private)
        .expect("they belong together");
    // nothing else: whoever cannot speak HTTP/2 gets no connection
    server.alpn_protocols = vec![b"h2".to_vec()];
    (pem, server)
}

#[tokio::test(flavor = "multi_thread")]
async fn http_2_under_a_private_authority_is_go() {
    let (pem, server) = authority();
    let mut options = Options::from_test_env();
    options.deployment.front = Some(Front {
        tls: Some(Arc::new(server)),
        ..Front::default()
    });
    let sandbox = Sandbox::start(options).await.expect("a sandbox");
    assert!(sandbox.base_url().starts_with("https://localhost:"));
    let env = sandbox.env();
    let runs = tokio::task::spawn_blocking(move || {
        let place = Place::new().with_env(&env).with_file("ca.pem", &pem);
        let report = |trusted: bool, args: &[&str]| {
            let mut all = vec!["run", "--format", "json"];
            all.extend(args);
            let mut command = place.command("golive", &all);
            if trusted {
                command.env("SSL_CERT_FILE", place.path().join("ca.pem"));
            }
            let output = command.output().expect("it starts");
            let report: Value = serde_json::from_slice(&output.stdout).expect("a report");
            report
        };
        (report(true, &[]), report(false, &["contract"]))
    });
    let (trusted, foreign) = runs.await.expect("ran");
    sandbox.stop().await;
    let alarms: Vec<String> = probes(&trusted)
        .filter(|probe| probe["status"] != "PASS")
        .map(|probe| format!("{} {}: {}", probe["status"], probe["id"], probe["summary"]))
        .collect();
    assert_eq!((trusted["headline"].as_str(), alarms), (Some("GO"), Vec::new()));
    assert_eq!(roots(&foreign), ["contract.reachable"]);
    let why = probe(&foreign, "contract.reachable")["summary"]
        .as_str()
        .expect("words");
    assert!(why.contains("certificate"), "{why}");
}
