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
    // A family asks the same of each member: said once.
    let mut asked: Vec<(&str, Vec<&str>)> = Vec::new();
    let mut place: BTreeMap<&str, usize> = BTreeMap::new();
    for at in order.writing() {
        let asks = order.plan.nodes[at].facts.asks.as_ref();
        let found = *place.entry(asks).or_insert_with(|| {
            asked.push((asks, Vec::new()));
            asked.len() - 1
        });
        asked[found].1.push(order.id(at));
    }
    for (asks, ids) in asked {
        let more = ids.len() - 1;
        let more = if more == 0 {
            String::new()
        } else {
            format!(" and {more} more like it")
        };
        let _ = writeln!(text, "  {}{more}", ids[0]);
        for line in wrap(asks, style.width.saturating_sub(6)) {
            let _ = writeln!(text, "      {line}");
        }
    }
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
