//! Finding the job that an action brought about, by what its data says.

use std::collections::BTreeSet;
use std::time::Duration;

use golive_core::error::Error;
use tokio::time::Instant;

use super::follow::{EVERY, PAGE, Seen};
use super::{BullMq, Cursor, Job, QueueEvent};

/// Events that bring a job to sight. `duplicated` and `deduplicated` are not among them: nothing was added then.
const SIGHTINGS: [&str; 7] = [
    "added",
    "waiting",
    "delayed",
    "prioritized",
    "active",
    "completed",
    "failed",
];

/// A job that came after the cursor and matches.
#[derive(Debug, Clone, PartialEq)]
pub struct SeenJob {
    /// The job as it was when first seen.
    pub job: Job,
    /// Its events since the cursor, in order.
    pub events: Vec<QueueEvent>,
}

/// What a look at the jobs after a cursor found.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct JobSearch {
    /// The jobs that match, in the order they came.
    pub found: Vec<SeenJob>,
    /// How many jobs were read.
    pub examined: usize,
    /// Ids of jobs that were removed (removeOnComplete) before they could be read: one of them may have matched.
    pub vanished: Vec<String>,
}

impl JobSearch {
    /// The first job that matches.
    pub fn first(&self) -> Option<&SeenJob> {
        self.found.first()
    }
}

impl BullMq {
    /// Waits until a job that matches was added after `cursor`. An empty [`JobSearch::found`] means: none in time.
    ///
    /// # Errors
    /// [`Error::Unreachable`]; [`Error::Query`] in the server's words.
    pub async fn wait_for_job(
        &self,
        queue: &str,
        cursor: &Cursor,
        matches: impl Fn(&Job) -> bool + Send + Sync,
        within: Duration,
    ) -> Result<JobSearch, Error> {
        let _waiting = self.cx().waiting_for(format!("a job on queue {queue}"));
        self.search(queue, cursor, &matches, Instant::now() + within, true)
            .await
    }

    /// All jobs that match and were added between `cursor` and now: two may be one too many.
    ///
    /// # Errors
    /// As [`BullMq::wait_for_job`].
    pub async fn jobs_since(
        &self,
        queue: &str,
        cursor: &Cursor,
        matches: impl Fn(&Job) -> bool + Send + Sync,
    ) -> Result<JobSearch, Error> {
        self.search(queue, cursor, &matches, Instant::now(), false).await
    }

    async fn search(
        &self,
        queue: &str,
        cursor: &Cursor,
        matches: &(impl Fn(&Job) -> bool + Send + Sync),
        end: Instant,
        first_only: bool,
    ) -> Result<JobSearch, Error> {
        let (began, mut seen) = (std::time::Instant::now(), Seen::default());
        let (mut cursor, mut search, mut known) = (cursor.clone(), JobSearch::default(), BTreeSet::new());
        loop {
            let last_look = Instant::now() >= end;
            loop {
                let page = self.events_after(queue, &mut cursor, PAGE).await?;
                self.take_in(queue, &page, &mut search, &mut known, matches)
                    .await?;
                for event in &page {
                    seen.count(event);
                }
                if page.len() < PAGE as usize {
                    break;
                }
            }
            if last_look || (first_only && !search.found.is_empty()) {
                break;
            }
            tokio::time::sleep(EVERY.min(end - Instant::now().min(end))).await;
        }
        let words = format!(
            "{}; {} jobs read, {} match",
            seen.words(),
            search.examined,
            search.found.len()
        );
        self.redis().record(
            &format!("XREAD {}, HGETALL of new jobs", self.key(queue, "events")),
            began,
            &words,
        );
        Ok(search)
    }

    async fn take_in(
        &self,
        queue: &str,
        page: &[QueueEvent],
        search: &mut JobSearch,
        known: &mut BTreeSet<String>,
        matches: &(impl Fn(&Job) -> bool + Send + Sync),
    ) -> Result<(), Error> {
        let sighted = page
            .iter()
            .filter(|event| SIGHTINGS.contains(&event.kind.as_str()));
        let new: Vec<String> = sighted
            .filter_map(|event| event.job_id.clone())
            .filter(|id| known.insert(id.clone()))
            .collect();
        let jobs = self.jobs(queue, &new).await?;
        search.examined += jobs.len();
        search
            .vanished
            .extend(new.into_iter().filter(|id| jobs.iter().all(|job| job.id != *id)));
        let matching = jobs.into_iter().filter(|job| matches(job));
        search.found.extend(matching.map(|job| SeenJob {
            job,
            events: Vec::new(),
        }));
        for event in page {
            let of = search
                .found
                .iter_mut()
                .find(|seen| event.job_id.as_deref() == Some(seen.job.id.as_str()));
            if let Some(seen) = of {
                seen.events.push(event.clone());
            }
        }
        Ok(())
    }
}
