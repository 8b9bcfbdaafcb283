//! Templates are strict, isolated, and look as they will be sent.

use serde_json::json;

use crate::{post, started};

#[tokio::test(flavor = "multi_thread")]
async fn templates_say_what_they_will_look_like() {
    let (sandbox, client) = started().await;
    let triggers = client.get("/templates/triggers").await.json();
    for trigger in triggers["triggers"].as_array().expect("an array") {
        let trigger = trigger.as_str().expect("a name");
        let variables = client
            .get(&format!("/templates/variables/{trigger}"))
            .await
            .json();
        let required = variables["schema"]["required"]
            .as_array()
            .expect("an array")
            .clone();
        let body: Vec<String> = required
            .iter()
            .map(|name| format!("{{{{ {} }}}}", name.as_str().unwrap()))
            .collect();
        let draft = json!({"trigger": trigger, "body": body.join(" ")});
        let preview = post(&client, "/templates/preview", draft.clone()).await.json();
        assert_eq!(
            (&preview["ok"], &preview["warnings"]),
            (&json!(true), &json!([])),
            "{preview}"
        );
        for name in &required {
            let sample = &preview["sampleData"][name.as_str().unwrap()];
            let sample = sample.as_str().map_or_else(|| sample.to_string(), str::to_owned);
            assert!(preview["text"].as_str().unwrap().contains(&sample), "{preview}");
        }
        let valid = post(&client, "/templates/validate", draft).await.json();
        assert_eq!(
            valid,
            json!({"ok": true, "errors": [], "warnings": []}),
            "{trigger}"
        );
        let empty = post(
            &client,
            "/templates/validate",
            json!({"trigger": trigger, "body": "Hi"}),
        )
        .await
        .json();
        for name in required {
            assert!(
                empty["warnings"].to_string().contains(name.as_str().unwrap()),
                "{empty}"
            );
        }
    }
    assert_eq!(client.get("/templates/variables/nope").await.status, 404);
    assert_eq!(
        post(&client, "/templates/preview", json!({"body": "Hi"}))
            .await
            .status,
        400
    );
    assert_eq!(
        post(&client, "/templates/validate", json!({"trigger": "welcome"}))
            .await
            .status,
        400
    );
    sandbox.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn templates_are_strict_and_isolated() {
    let (sandbox, client) = started().await;
    let ask = async |route: &str, body: &str| {
        post(
            &client,
            &format!("/templates/{route}"),
            json!({"trigger": "welcome", "body": body}),
        )
        .await
    };
    for body in [
        "{{ nope_nope }}",
        "{{ nope_nope | upper }}",
        "{% if customer_name %}{% else %}{{ nope_nope }}{% endif %}",
    ] {
        let preview = ask("preview", body).await.json();
        assert!(preview["warnings"].to_string().contains("nope_nope"), "{preview}");
        let verdict = ask("validate", body).await.json();
        assert_eq!(verdict["ok"], false, "{body}");
        assert!(verdict["errors"].to_string().contains("nope_nope"), "{verdict}");
    }
    for body in [
        "{{ customer_name",
        "{% if %}",
        "{{ 1 | nope }}",
        "{% for i in (1..100000000) %}x{% endfor %}",
        "{% include '/etc/passwd' %}",
    ] {
        assert_eq!(ask("preview", body).await.status, 422, "{body}");
        assert_eq!(ask("validate", body).await.json()["ok"], false, "{body}");
    }
    for body in [
        "{{ constructor }}",
        "{{ __proto__ }}",
        "{{ process.env.PATH }}",
        "{{ env }}",
    ] {
        assert_eq!(ask("preview", body).await.json()["text"], "", "{body}");
    }
    let base = sandbox.base_url().to_owned();
    let link = ask("preview", "{{ 'https://shop.example/a' | shortlink }}")
        .await
        .json();
    assert!(
        link["text"].as_str().unwrap().starts_with(&format!("{base}/s/")),
        "{link}"
    );
    let long = ask("preview", &"a".repeat(161)).await.json();
    assert!(long["warnings"][0].as_str().unwrap().contains(" 2 "), "{long}");
    sandbox.stop().await;
}
