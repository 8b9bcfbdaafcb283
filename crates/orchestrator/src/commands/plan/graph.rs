//! The plan as a picture. Probes of one check with the same needs, behind which nothing waits, are one node:
//! hundreds of boxes would show nothing. Arrows that others imply are left out.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use golive_core::check::Safety;

use super::Order;
use crate::registry::CHECKS;

/// One box of the picture.
struct Shape {
    check: usize,
    safety: Safety,
    lines: Vec<String>,
}

/// Boxes by check, and the arrows between them.
struct Picture {
    boxes: Vec<Shape>,
    arrows: Vec<(usize, usize)>,
}

/// Names shown in a folded box.
const NAMED: usize = 6;

fn picture(order: &Order) -> Picture {
    let needed: Vec<usize> = order.running().flat_map(|at| order.needs(at)).collect();
    let mut groups: Vec<Vec<usize>> = Vec::new();
    let mut places: BTreeMap<(usize, Safety, Vec<usize>), usize> = BTreeMap::new();
    for at in order.running() {
        let node = &order.plan.nodes[at];
        if needed.contains(&at) {
            groups.push(vec![at]);
            continue;
        }
        let key = (node.check, node.facts.safety, order.needs(at).collect());
        let place = *places.entry(key).or_insert_with(|| {
            groups.push(Vec::new());
            groups.len() - 1
        });
        groups[place].push(at);
    }
    let box_of = |at: usize| groups.iter().position(|group| group.contains(&at));
    // Needs stand before what needs them, so each box's are known by the time it is met.
    let mut behind: Vec<BTreeSet<usize>> = Vec::new();
    let mut arrows = Vec::new();
    for (to, group) in groups.iter().enumerate() {
        let from: BTreeSet<usize> = order.needs(group[0]).filter_map(box_of).collect();
        // An arrow that others imply shows nothing.
        let implied: BTreeSet<usize> = from
            .iter()
            .flat_map(|&need| behind[need].iter().copied())
            .collect();
        arrows.extend(from.difference(&implied).map(|&need| (need, to)));
        behind.push(from.union(&implied).copied().collect());
    }
    let boxes = groups
        .iter()
        .map(|group| {
            let node = &order.plan.nodes[group[0]];
            Shape {
                check: node.check,
                safety: node.facts.safety,
                lines: named(&group.iter().map(|&at| order.id(at)).collect::<Vec<_>>()),
            }
        })
        .collect();
    Picture { boxes, arrows }
}

/// Families with their size, then how many more there are.
fn named(ids: &[&str]) -> Vec<String> {
    let mut families: Vec<(String, usize)> = Vec::new();
    for id in ids {
        let mut parts = id.splitn(3, '.');
        let family = [parts.next(), parts.next()]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(".");
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, count)) => *count += 1,
            None => families.push((family, 1)),
        }
    }
    if families.len() == ids.len() {
        families = ids.iter().map(|id| ((*id).to_owned(), 1)).collect();
    }
    let line = |(name, count): &(String, usize)| match count {
        1 => name.clone(),
        count => format!("{name} ({count})"),
    };
    let mut lines: Vec<String> = families.iter().take(NAMED).map(line).collect();
    if families.len() > NAMED {
        lines.push(format!("and {} more", families.len() - NAMED));
    }
    lines
}

/// A flowchart that GitHub and GitLab draw.
pub(super) fn mermaid(order: &Order) -> String {
    let picture = picture(order);
    let mut text = String::from("flowchart LR\n");
    let escape = |line: &String| {
        line.replace('"', "#quot;")
            .replace('<', "#lt;")
            .replace('>', "#gt;")
    };
    for (index, check) in CHECKS.iter().enumerate() {
        let own: Vec<(usize, &Shape)> = picture.of_check(index);
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "  subgraph {}[\"{}\"]",
            check.id(),
            escape(&check.title().to_owned())
        );
        for (at, shown) in own {
            let label: Vec<String> = shown.lines.iter().map(escape).collect();
            let class = match shown.safety {
                Safety::Observe => "",
                Safety::Smoke => ":::smoke",
                Safety::Load => ":::load",
            };
            let _ = writeln!(text, "    n{at}[\"{}\"]{class}", label.join("<br>"));
        }
        text.push_str("  end\n");
    }
    for (from, to) in &picture.arrows {
        let _ = writeln!(text, "  n{from} --> n{to}");
    }
    text.push_str("  classDef smoke stroke:#b45309,stroke-width:2px\n");
    text.push_str("  classDef load stroke:#b91c1c,stroke-width:3px,stroke-dasharray:5\n");
    text
}

/// A Graphviz digraph.
pub(super) fn dot(order: &Order) -> String {
    let picture = picture(order);
    let mut text =
        String::from("digraph golive {\n  rankdir=LR;\n  node [shape=box, fontname=\"sans-serif\"];\n");
    let escape = |line: &str| line.replace('\\', "\\\\").replace('"', "\\\"");
    for (index, check) in CHECKS.iter().enumerate() {
        let own = picture.of_check(index);
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(
            text,
            "  subgraph cluster_{} {{\n    label=\"{}\";",
            check.id(),
            escape(check.title())
        );
        for (at, shown) in own {
            let label: Vec<String> = shown.lines.iter().map(|line| escape(line)).collect();
            let look = match shown.safety {
                Safety::Observe => "",
                Safety::Smoke => ", color=\"#b45309\", penwidth=2",
                Safety::Load => ", color=\"#b91c1c\", style=dashed, penwidth=3",
            };
            let _ = writeln!(text, "    n{at} [label=\"{}\"{look}];", label.join("\\n"));
        }
        text.push_str("  }\n");
    }
    for (from, to) in &picture.arrows {
        let _ = writeln!(text, "  n{from} -> n{to};");
    }
    text.push_str("}\n");
    text
}

impl Picture {
    fn of_check(&self, check: usize) -> Vec<(usize, &Shape)> {
        let own = self.boxes.iter().enumerate();
        own.filter(|(_, shown)| shown.check == check).collect()
    }
}

#[cfg(test)]
mod tests {
    use golive_core::contract::Contract;
    use golive_core::scheduler::{Plan, Selection};

    use super::*;

    #[test]
    fn families_are_folded_with_their_size() {
        assert_eq!(named(&["a.b.x", "a.b.y", "a.c"]), ["a.b (2)", "a.c"]);
        assert_eq!(named(&["a.b.x", "a.c.y"]), ["a.b.x", "a.c.y"]);
        assert_eq!(
            named(&["a.1", "a.2", "a.3", "a.4", "a.5", "a.6", "a.7", "a.8"])[6],
            "and 2 more"
        );
    }

    #[test]
    fn pictures_stay_within_what_mermaid_draws() {
        let order = Order::of(Plan::build(CHECKS, &Contract::default(), &Selection::default()).unwrap());
        let text = mermaid(&order);
        // Some way to go: the plan grows. Mermaid's defaults: maxEdges 500, maxTextSize 50 000.
        assert!(text.matches(" --> ").count() < 400, "{text}");
        assert!(text.len() < 40_000);
        let shown = text
            .lines()
            .find(|line| line.contains("[\"redis.connect\"]"))
            .unwrap()
            .trim();
        let redis = shown.split('[').next().unwrap();
        let into = text
            .lines()
            .filter(|line| line.ends_with(&format!("--> {redis}")))
            .count();
        assert!(into <= 1, "redis.connect needs database.connect at most: {into}");
        assert!(text.contains("n0[\"") && text.contains("[\"redis.connect\"]"));
        let dot = dot(&order);
        assert_eq!(dot.matches(" -> ").count(), text.matches(" --> ").count());
        assert_eq!(dot.matches('{').count(), dot.matches('}').count());
        let checks = CHECKS
            .iter()
            .filter(|check| !check.probes(&Contract::default()).is_empty());
        assert_eq!(dot.matches("subgraph cluster_").count(), checks.count());
    }
}
