//! The plan for programs.

use serde_json::{Value, json};

use super::Order;
use crate::registry::CHECKS;

pub(super) fn render(order: &Order) -> Value {
    let probe = |at: usize| {
        let node = &order.plan.nodes[at];
        let facts = &node.facts;
        let needs: Vec<&str> = order.needs(at).map(|need| order.id(need)).collect();
        json!({
            "id": facts.id, "title": facts.title, "check": CHECKS[node.check].id(), "needs": needs,
            "safety": facts.safety, "asks": facts.asks, "optional": facts.optional,
            "timeout_ms": u64::try_from(facts.timeout.as_millis()).unwrap_or(u64::MAX),
        })
    };
    let probes = |indexes: &[usize]| indexes.iter().map(|&at| probe(at)).collect::<Vec<Value>>();
    let waves: Vec<Value> = order
        .waves
        .iter()
        .enumerate()
        .map(|(number, wave)| json!({ "wave": number + 1, "probes": probes(wave) }))
        .collect();
    let writes: Vec<Value> = order
        .writing()
        .map(|at| json!({ "id": order.id(at), "asks": order.plan.nodes[at].facts.asks }))
        .collect();
    let not_run: Vec<_> = order
        .plan
        .nodes
        .iter()
        .filter_map(|node| node.not_run.as_ref())
        .collect();
    json!({
        "schema": "golive.plan/v1",
        "complete": not_run.is_empty(),
        "waves": waves,
        "load": probes(&order.load),
        "writes": writes,
        "not_run": not_run,
    })
}
