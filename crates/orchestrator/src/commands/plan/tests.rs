//! The order follows from the needs.

use super::*;

fn order(selection: &Selection) -> Order {
    Order::of(Plan::build(CHECKS, &Contract::default(), selection).unwrap())
}

#[test]
fn every_probe_runs_once_and_after_what_it_needs() {
    let order = order(&Selection::default());
    let running: Vec<usize> = order.running().collect();
    assert_eq!(running.len(), order.plan.nodes.len());
    let wave_of = |at: usize| order.waves.iter().position(|wave| wave.contains(&at));
    for (wave, probes) in order.waves.iter().enumerate() {
        assert!(!probes.is_empty());
        for &at in probes {
            let latest = order.needs(at).filter_map(wave_of).max();
            assert_eq!(latest.map_or(0, |latest| latest + 1), wave, "{}", order.id(at));
        }
    }
    assert!(
        order
            .load
            .iter()
            .all(|&at| order.plan.nodes[at].facts.safety == Safety::Load)
    );
    assert!(!order.load.is_empty());
    for (place, &at) in order.load.iter().enumerate() {
        assert!(
            order.needs(at).all(|need| !order.load[place..].contains(&need)),
            "{}",
            order.id(at)
        );
    }
}

#[test]
fn a_read_only_plan_writes_nothing() {
    let selection = Selection {
        read_only: true,
        ..Selection::default()
    };
    let order = order(&selection);
    assert_eq!(order.writing().count(), 0);
    assert!(order.load.is_empty());
    assert!(order.running().count() > 0);
}

#[test]
fn views_hold_every_running_probe_and_no_other() {
    let selection = Selection {
        only: vec!["queues".to_owned()],
        ..Selection::default()
    };
    let order = order(&selection);
    let tree = tree::render(&order, golive_core::render::Style::plain());
    let json = json::render(&order);
    let listed = json["waves"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|wave| wave["probes"].as_array().unwrap());
    let listed: Vec<&str> = listed.map(|probe| probe["id"].as_str().unwrap()).collect();
    for at in order.running() {
        assert!(tree.contains(order.id(at)), "{}", order.id(at));
        assert!(listed.contains(&order.id(at)), "{}", order.id(at));
    }
    assert!(!tree.contains("templates."));
}
