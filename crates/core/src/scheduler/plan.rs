//! What will run, and in which order: selection, needs, cycles. Nothing is sent here.

use std::collections::HashMap;
use std::sync::Arc;

use crate::check::{Check, Facts, Probe, Safety};
use crate::contract::Contract;
use crate::report::NotRun;

/// What the user asked for. Names are check ids or aliases, probe ids, or the front of a family's ids.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Only these; empty means all.
    pub only: Vec<String>,
    /// Not these.
    pub skip: Vec<String>,
    /// Only probes that read.
    pub read_only: bool,
}

/// A plan that cannot be made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// No check or probe has this name.
    #[error("no check or probe is called {given:?}{}; `golive list` shows them all", hint(.suggestion.as_deref()))]
    UnknownName {
        /// What was given.
        given: String,
        /// The nearest name.
        suggestion: Option<String>,
    },
    /// Nothing is left to run.
    #[error("this selection leaves no probe to run")]
    Empty,
    /// Two probes share an id.
    #[error("two probes are called {0}")]
    Duplicate(String),
    /// A probe needs one that does not exist.
    #[error("{probe} needs {need}, which does not exist")]
    UnknownNeed {
        /// The probe.
        probe: String,
        /// What it needs.
        need: String,
    },
    /// A probe that is no load probe needs one that is: it would have to run after the last.
    #[error("{probe} needs the load probe {need}, but load probes run last")]
    NeedsLoad {
        /// The probe.
        probe: String,
        /// What it needs.
        need: String,
    },
    /// Probes need each other.
    #[error("these probes need each other: {}", .0.join(" -> "))]
    Cycle(Vec<String>),
}

fn hint(suggestion: Option<&str>) -> String {
    suggestion
        .map(|name| format!(" (did you mean {name:?}?)"))
        .unwrap_or_default()
}

/// One probe in the plan.
pub struct Node {
    /// Index of its check.
    pub check: usize,
    /// What is known of it.
    pub facts: Facts,
    /// Indexes of the nodes it needs (those of other binaries count as met and are not here).
    pub needs: Vec<usize>,
    /// Why it will not run; `None` when it will.
    pub not_run: Option<NotRun>,
    /// How many steps depend on it, at the longest: the higher, the earlier it is started.
    pub rank: usize,
    pub(super) probe: Arc<dyn Probe>,
}

impl std::fmt::Debug for Node {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Node")
            .field("id", &self.facts.id)
            .field("needs", &self.needs)
            .finish_non_exhaustive()
    }
}

/// All probes of all given checks, as one graph.
#[derive(Debug)]
pub struct Plan {
    /// The probes, in the order people read them.
    pub nodes: Vec<Node>,
    /// Whether the user narrowed the run.
    pub narrowed: bool,
}

impl Plan {
    /// Expands the checks' probes and makes the graph.
    ///
    /// # Errors
    /// [`PlanError`], by reason.
    pub fn build(
        checks: &[&dyn Check],
        contract: &Contract,
        selection: &Selection,
    ) -> Result<Self, PlanError> {
        let mut nodes = Vec::new();
        for (index, check) in checks.iter().enumerate() {
            for probe in check.probes(contract) {
                let mut facts = probe.facts();
                let own: Vec<_> = check.needs().iter().map(|need| (*need).into()).collect();
                facts.needs.extend(own);
                let probe = probe.into();
                nodes.push(Node {
                    check: index,
                    facts,
                    needs: Vec::new(),
                    not_run: None,
                    rank: 0,
                    probe,
                });
            }
        }
        link(&mut nodes, checks)?;
        rank(&mut nodes)?;
        let names = Names {
            checks,
            nodes: &nodes,
        };
        let only = names.resolve(&selection.only)?;
        let skip = names.resolve(&selection.skip)?;
        for (index, node) in nodes.iter_mut().enumerate() {
            let why = if !selection.only.is_empty() && !only.contains(&index) {
                "not selected"
            } else if skip.contains(&index) {
                "--skip"
            } else if selection.read_only && node.facts.safety != Safety::Observe {
                "--read-only"
            } else {
                continue;
            };
            let id = node.facts.id.to_string();
            node.not_run = Some(NotRun {
                id,
                reason: why.to_owned(),
                by_user: true,
            });
        }
        if nodes.iter().all(|node| node.not_run.is_some()) {
            return Err(PlanError::Empty);
        }
        let narrowed = !selection.only.is_empty() || !selection.skip.is_empty();
        Ok(Self { nodes, narrowed })
    }

    /// Index of a probe.
    pub fn find(&self, id: &str) -> Option<usize> {
        self.nodes.iter().position(|node| node.facts.id == id)
    }
}

/// Turns needs into indexes.
fn link(nodes: &mut [Node], checks: &[&dyn Check]) -> Result<(), PlanError> {
    let mut index: HashMap<String, usize> = HashMap::new();
    for (at, node) in nodes.iter().enumerate() {
        if index.insert(node.facts.id.to_string(), at).is_some() {
            return Err(PlanError::Duplicate(node.facts.id.to_string()));
        }
    }
    let ours: Vec<&str> = checks
        .iter()
        .flat_map(|check| check.also_owns().iter().copied().chain([check.id()]))
        .collect();
    for at in 0..nodes.len() {
        let mut needs = Vec::new();
        for need in &nodes[at].facts.needs {
            let probe = || nodes[at].facts.id.to_string();
            match index.get(need.as_ref()) {
                Some(&found)
                    if nodes[found].facts.safety == Safety::Load
                        && nodes[at].facts.safety != Safety::Load =>
                {
                    return Err(PlanError::NeedsLoad {
                        probe: probe(),
                        need: need.to_string(),
                    });
                }
                Some(&found) => needs.push(found),
                // A family's members are the contract's: the one that is not in golive.toml counts as met.
                None if need.matches('.').count() < 2
                    && ours.contains(&need.split('.').next().unwrap_or_default()) =>
                {
                    return Err(PlanError::UnknownNeed {
                        probe: probe(),
                        need: need.to_string(),
                    });
                }
                // It lives in another check's binary: it counts as met.
                None => {}
            }
        }
        needs.sort_unstable();
        needs.dedup();
        nodes[at].needs = needs;
    }
    Ok(())
}

/// Kahn's algorithm from the far end: finds cycles, and ranks each node by the longest chain behind it.
fn rank(nodes: &mut [Node]) -> Result<(), PlanError> {
    let mut dependents = vec![0_usize; nodes.len()];
    for need in nodes.iter().flat_map(|node| &node.needs) {
        dependents[*need] += 1;
    }
    let mut ends: Vec<usize> = (0..nodes.len()).filter(|&at| dependents[at] == 0).collect();
    let mut ranked = 0;
    while let Some(at) = ends.pop() {
        ranked += 1;
        for need in nodes[at].needs.clone() {
            nodes[need].rank = nodes[need].rank.max(nodes[at].rank + 1);
            dependents[need] -= 1;
            if dependents[need] == 0 {
                ends.push(need);
            }
        }
    }
    if ranked == nodes.len() {
        Ok(())
    } else {
        Err(PlanError::Cycle(cycle(nodes, &dependents)))
    }
}

/// Walks needs among the unranked nodes until one comes again.
fn cycle(nodes: &[Node], dependents: &[usize]) -> Vec<String> {
    let mut walked: Vec<usize> = Vec::new();
    let mut at = dependents.iter().position(|&count| count > 0);
    while let Some(here) = at {
        if let Some(start) = walked.iter().position(|&seen| seen == here) {
            walked.drain(..start);
            walked.push(here);
            break;
        }
        walked.push(here);
        at = nodes[here]
            .needs
            .iter()
            .copied()
            .find(|&need| dependents[need] > 0);
    }
    walked.iter().map(|&at| nodes[at].facts.id.to_string()).collect()
}

struct Names<'a> {
    checks: &'a [&'a dyn Check],
    nodes: &'a [Node],
}

impl Names<'_> {
    fn resolve(&self, names: &[String]) -> Result<Vec<usize>, PlanError> {
        let mut found = Vec::new();
        for name in names {
            let matched = self.matching(name);
            if matched.is_empty() {
                return Err(PlanError::UnknownName {
                    given: name.clone(),
                    suggestion: self.nearest(name),
                });
            }
            found.extend(matched);
        }
        Ok(found)
    }

    fn matching(&self, name: &str) -> Vec<usize> {
        let check = self
            .checks
            .iter()
            .position(|check| check.id() == name || check.aliases().contains(&name));
        let family = format!("{name}.");
        let belongs = |node: &Node| {
            Some(node.check) == check || node.facts.id == name || node.facts.id.starts_with(&family)
        };
        (0..self.nodes.len())
            .filter(|&at| belongs(&self.nodes[at]))
            .collect()
    }

    fn nearest(&self, name: &str) -> Option<String> {
        let checks = self
            .checks
            .iter()
            .flat_map(|check| check.aliases().iter().copied().chain([check.id()]));
        let probes = self.nodes.iter().map(|node| node.facts.id.as_ref());
        crate::nearest(name, checks.chain(probes)).map(str::to_owned)
    }
}
