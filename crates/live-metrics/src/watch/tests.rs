//! Figures of a page, and of several processes.

use super::*;

#[test]
fn figures_of_a_page() {
    let slice = Slice {
        label: "queue",
        wanted: "housekeeping".into(),
        known: vec!["events".into(), "housekeeping".into()],
    };
    let of = |text: &str| {
        let page = Page::parse(text.as_bytes());
        figures(&page, "app_", &["a_total"], Some(&slice))[0]
    };
    let figure = |series, sum| Some(Figure { series, sum });
    assert_eq!(of(""), None);
    assert_eq!(of("# TYPE a_total counter\n"), figure(0, 0.0));
    let two = "a_total{queue=\"events\"} 5\na_total{queue=\"bull:Housekeeping\"} 2\n";
    assert_eq!(of(two), figure(2, 2.0));
    assert_eq!(
        of("a_total{queue=\"events\"} 5\n"),
        figure(1, 0.0),
        "others move by themselves"
    );
    assert_eq!(of("app_a_total{queue=\"x\"} 5\napp_a_total 1\n"), figure(2, 6.0));
    let histogram = "# TYPE a_total histogram\na_total_bucket{queue=\"events\",le=\"+Inf\"} 4\na_total_count{queue=\"housekeeping\"} 4\n";
    assert_eq!(of(histogram), figure(1, 4.0));
}

#[test]
fn spellings_of_a_label() {
    assert!(is("ORDERS_CREATE", "orders/create") && is("{bull}:housekeeping", "housekeeping"));
    assert!(!is("orders/created", "orders/create") && !is("lighthousekeeping", "housekeeping"));
}

#[test]
fn only_the_same_process_is_compared() {
    let reading = |instance, sum| Reading {
        instance: Some(instance),
        figures: vec![Some(Figure { series: 1, sum })],
    };
    let watched = |after: Vec<Reading>| Watched {
        cause: Cause::Happened(String::new()),
        before: vec![reading(1, 5.0), reading(2, 7.0)],
        after,
        later: Some(reading(1, 5.0)),
        within: Duration::ZERO,
    };
    assert_eq!(watched(vec![reading(1, 6.0)]).fell(0), Some((6.0, 5.0)));
    assert_eq!(watched(vec![reading(1, 5.0)]).fell(0), None);
    assert_eq!(watched(vec![reading(2, 9.0)]).fell(0), None);
    assert!(watched(vec![reading(1, 6.0)]).rose(0));
    assert!(!watched(vec![reading(1, 5.0), reading(2, 7.0)]).rose(0));
    let other = watched(vec![reading(3, 99.0)]);
    assert!(!other.rose(0) && other.processes() == 3);
}
