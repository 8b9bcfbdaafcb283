//! One probe as the page shows it: where it is found, how it stands, what to do, how to repeat it.

use std::borrow::Cow;
use std::collections::HashMap;

use golive_core::outcome::{Reason, Remedy};
use golive_core::render;
use golive_core::report::{ProbeReport, Report};

use super::words::{self, Mark};

/// Where each probe is found on the page. Places are numbered: an id may hold anything.
pub(super) struct Anchors<'a>(HashMap<&'a str, usize>);

impl<'a> Anchors<'a> {
    pub(super) fn of(report: &'a Report) -> Self {
        let probes = report.checks.iter().flat_map(|check| &check.probes);
        Self(
            probes
                .enumerate()
                .map(|(place, probe)| (probe.id.as_str(), place))
                .collect(),
        )
    }

    pub(super) fn anchor(&self, id: &str) -> Option<String> {
        self.0.get(id).map(|place| format!("p{place}"))
    }

    pub(super) fn view(&self, probe: &'a ProbeReport) -> ProbeView<'a> {
        ProbeView {
            anchor: self.anchor(&probe.id).unwrap_or_default(),
            mark: Mark::of(probe.effective_status()),
            remedy: remedy(probe),
            blocked_by: probe
                .blocked_by
                .as_deref()
                .map(|id| (id, self.anchor(id).unwrap_or_default())),
            curl: render::curl(probe),
            probe,
        }
    }
}

/// A probe with what the page says about it.
pub(super) struct ProbeView<'a> {
    pub(super) probe: &'a ProbeReport,
    pub(super) anchor: String,
    pub(super) mark: Mark,
    pub(super) remedy: Option<RemedyView<'a>>,
    /// The root cause and its place, empty where it is not on this page.
    pub(super) blocked_by: Option<(&'a str, String)>,
    pub(super) curl: Option<String>,
}

/// What to do.
pub(super) struct RemedyView<'a> {
    pub(super) given: Cow<'a, Remedy>,
    /// The runbook's entry as a link, where it can be nothing else than a place in this repository.
    pub(super) href: Option<String>,
}

impl ProbeView<'_> {
    pub(super) fn reason(&self) -> String {
        self.probe.reason.map(Reason::code).unwrap_or_default()
    }

    pub(super) fn took(&self) -> String {
        if self.blocked_by.is_some() {
            return "not started".to_owned();
        }
        words::duration(self.probe.duration_ms)
    }

    pub(super) fn began(&self) -> String {
        words::duration(self.probe.started_ms)
    }

    pub(super) fn safety(&self) -> String {
        format!("{:?}", self.probe.safety).to_lowercase()
    }

    /// Whether there is more to observe than the summary says already.
    pub(super) fn observed(&self) -> Option<&str> {
        let observed = self.probe.observed.as_deref()?;
        (!self.probe.summary.contains(observed)).then_some(observed)
    }
}

/// What the terminal says too; what is blocked has none: the root cause has it.
fn remedy(probe: &ProbeReport) -> Option<RemedyView<'_>> {
    let given = render::remedy_of(probe).filter(|_| probe.reason != Some(Reason::Blocked))?;
    Some(RemedyView {
        href: href(&given.runbook),
        given,
    })
}

/// Reports lie one directory below the repository's root, as the documentation does.
fn href(runbook: &str) -> Option<String> {
    let plain = |char: char| char.is_ascii_alphanumeric() || "/.#-_".contains(char);
    let inside = runbook.starts_with("docs/") && !runbook.contains("..") && runbook.chars().all(plain);
    inside.then(|| format!("../{runbook}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_leads_into_the_documentation_or_is_none() {
        assert_eq!(
            href("docs/runbook.md#redis").as_deref(),
            Some("../docs/runbook.md#redis")
        );
        for hostile in [
            "javascript:alert(1)",
            "docs/../../etc/passwd",
            "docs/x\" onclick=\"alert(1)",
            "//evil.example/docs/",
            "",
        ] {
            assert_eq!(href(hostile), None, "{hostile}");
        }
    }
}
