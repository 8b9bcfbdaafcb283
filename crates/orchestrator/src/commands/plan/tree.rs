//! The plan for people: waves, load, what would be written, what does not run.

use std::collections::BTreeMap;
use std::fmt::Write;

use golive_core::check::Safety;
use golive_core::render::text::{pad, wrap};
use golive_core::render::words::plural;
use golive_core::render::{Paint, Style};

use super::Order;
use crate::registry::CHECKS;

pub(super) fn render(order: &Order, style: Style) -> String {
    let paint = Paint { color: style.color };
    let mut text = String::new();
    let running = order.running().count();
    let narrowed = if running < order.plan.nodes.len() {
        format!(" of {} (narrowed: no go-live verdict)", order.plan.nodes.len())
    } else {
        String::new()
    };
    let _ = writeln!(
        text,
        "{}{narrowed}, {}, {}; nothing was sent",
        plural(running, "probe"),
        plural(order.waves.len(), "wave"),
        plural(order.load.len(), "load probe")
    );
    for (number, wave) in order.waves.iter().enumerate() {
        let heading = match number {
            0 => "Wave 1, at once".to_owned(),
            _ => format!("Wave {}, each as soon as what it needs has passed", number + 1),
        };
        let _ = writeln!(text, "\n{}", paint.bold(&heading));
        listed(&mut text, order, wave, paint);
    }
    if !order.load.is_empty() {
        let _ = writeln!(text, "\n{}", paint.bold("Load, last, one at a time"));
        listed(&mut text, order, &order.load, paint);
    }
    writes(&mut text, order, style, paint);
    not_run(&mut text, order, paint);
    text
}

fn listed(text: &mut String, order: &Order, probes: &[usize], paint: Paint) {
    for (index, check) in CHECKS.iter().enumerate() {
        let own: Vec<usize> = probes
            .iter()
            .copied()
            .filter(|&at| order.plan.nodes[at].check == index)
            .collect();
        if own.is_empty() {
            continue;
        }
        let _ = writeln!(text, "  {}", check.title());
        for at in own {
            let mark = match order.plan.nodes[at].facts.safety {
                Safety::Observe => "     ",
                Safety::Smoke => "smoke",
                Safety::Load => "load ",
            };
            let needs: Vec<&str> = order.needs(at).map(|need| order.id(need)).collect();
            let after = if needs.is_empty() {
                String::new()
            } else {
                paint.dim(&format!("  after {}", needs.join(", ")))
            };
            let _ = writeln!(text, "    {mark}  {}{after}", pad(order.id(at), 40).trim_end());
        }
    }
}

fn writes(text: &mut String, order: &Order, style: Style, paint: Paint) {
    let _ = writeln!(text, "\n{}", paint.bold("What it would write"));
    if order.writing().next().is_none() {
        let _ = writeln!(text, "  nothing: every probe only reads");
        return;
    }
    let intro = "To DEV_SHOP_DOMAIN only, marked golive-<run>-…, taken back at the end and journalled before; or forged \
                 requests that a healthy target refuses.";
    for line in wrap(intro, style.width.saturating_sub(2)) {
        let _ = writeln!(text, "  {line}");
    }
    // The members of a family ask alike: the first one's words stand for all.
    let mut families: Vec<(&str, Vec<usize>)> = Vec::new();
    for at in order.writing() {
        let family = family(order.id(at));
        match families.iter_mut().find(|(name, _)| *name == family) {
            Some((_, members)) => members.push(at),
            None => families.push((family, vec![at])),
        }
    }
    for (family, members) in families {
        let first = &order.plan.nodes[members[0]].facts;
        let (name, such_as) = match members.len() {
            1 => (first.id.to_string(), ""),
            count => (format!("{family}.* ({count})"), "such as: "),
        };
        let _ = writeln!(text, "  {name}");
        for line in wrap(&format!("{such_as}{}", first.asks), style.width.saturating_sub(6)) {
            let _ = writeln!(text, "      {line}");
        }
    }
}

/// `webhooks.accepts` of `webhooks.accepts.orders-create`.
fn family(id: &str) -> &str {
    let second = id.match_indices('.').nth(1);
    second.map_or(id, |(end, _)| &id[..end])
}

fn not_run(text: &mut String, order: &Order, paint: Paint) {
    let mut why: BTreeMap<&str, usize> = BTreeMap::new();
    for not_run in order.plan.nodes.iter().filter_map(|node| node.not_run.as_ref()) {
        *why.entry(&not_run.reason).or_default() += 1;
    }
    if why.is_empty() {
        return;
    }
    let _ = writeln!(text, "\n{}", paint.bold("Not run"));
    for (reason, count) in why {
        let _ = writeln!(text, "  {}: {reason}", plural(count, "probe"));
    }
}
