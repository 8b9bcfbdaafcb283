//! Templates: do templates render, refuse what is wrong, count their SMS parts, and stay in their sandbox?

mod answer;
mod cases;
mod client;
mod filters;
mod previews;
mod said;
mod sandboxed;
mod segments;
mod strict;
mod triggers;
mod variables;
mod wrap;

use golive_core::contract::Contract;
use golive_core::prelude::*;

/// Templates.
#[derive(Debug)]
pub struct LiveTemplates;

impl Check for LiveTemplates {
    fn id(&self) -> &'static str {
        "templates"
    }

    fn title(&self) -> &'static str {
        "Templates"
    }

    fn question(&self) -> &'static str {
        "Do templates render, refuse what is wrong, count their SMS parts, and stay in their sandbox?"
    }

    fn needs(&self) -> &'static [&'static str] {
        &["contract.reachable"]
    }

    fn probes(&self, contract: &Contract) -> Vec<Box<dyn Probe>> {
        let mut probes: Vec<Box<dyn Probe>> = vec![Box::new(triggers::Triggers)];
        for trigger in &contract.triggers {
            probes.push(Box::new(variables::Variables(trigger.clone())));
        }
        for trigger in &contract.triggers {
            probes.push(Box::new(previews::Previews(trigger.clone())));
        }
        probes.push(Box::new(strict::UnknownVariable));
        probes.push(Box::new(strict::Required));
        probes.push(Box::new(strict::Malformed));
        for filter in &contract.template_filters {
            probes.push(Box::new(filters::Filters(filter.clone())));
        }
        probes.push(Box::new(segments::Segments));
        probes.push(Box::new(sandboxed::Sandboxed));
        probes.push(Box::new(sandboxed::Loops));
        probes
    }
}
