//! Each way of losing, repeating and miscounting campaigns.

use super::super::pages::{Listed, Page, Pages};
use super::*;

/// The pages of one walk; ids that begin with `d` are drafts.
fn pages(pages: &[&[&str]], total: Option<u64>) -> Pages {
    let mut offset = 0;
    let row = |id: &&str| Listed {
        id: (*id).to_owned(),
        status: if id.starts_with('d') { "draft" } else { "sent" }.to_owned(),
    };
    let mut page = |ids: &&[&str]| {
        let rows: Vec<Listed> = ids.iter().map(row).collect();
        let at = offset;
        offset += rows.len();
        Page {
            offset: at,
            rows,
            paginated: true,
            total,
        }
    };
    Pages {
        pages: pages.iter().map(&mut page).collect(),
        complete: true,
    }
}

fn healthy() -> Round {
    let wide = pages(&[&["d1", "d2", "s1", "s2"], &[]], Some(4));
    Round {
        wide: wide.clone(),
        limit: 2,
        narrow: pages(&[&["d1", "d2"], &["s1", "s2"], &[]], Some(4)),
        drafts: pages(&[&["d1", "d2"], &[]], Some(2)),
        other: pages(&[&["s1", "s2"], &[]], Some(2)),
        other_status: "sent".into(),
        again: wide,
    }
}

#[test]
fn every_finding() {
    let own = ["d1".to_owned(), "d2".to_owned()];
    let judged = |change: &dyn Fn(&mut Round)| {
        let mut round = healthy();
        change(&mut round);
        judge(&own, &round).reason
    };
    let mismatch = Some(Reason::BodyMismatch);
    assert_eq!(judged(&|_| {}), None);
    let without_totals = |round: &mut Round| {
        for list in [&mut round.wide, &mut round.narrow, &mut round.drafts] {
            list.pages.iter_mut().for_each(|page| page.total = None);
        }
    };
    assert_eq!(
        judged(&without_totals),
        None,
        "the contract names no field of pagination"
    );
    let lost = |round: &mut Round| round.narrow = pages(&[&["d1", "d2"], &["s2"], &[]], Some(4));
    assert_eq!(judged(&lost), mismatch);
    let repeated =
        |round: &mut Round| round.narrow = pages(&[&["d1", "d2"], &["d2", "s1"], &["s2"]], Some(4));
    assert_eq!(judged(&repeated), Some(Reason::Duplicated));
    let limitless = |round: &mut Round| round.narrow = round.wide.clone();
    assert_eq!(judged(&limitless), mismatch);
    let hidden = |round: &mut Round| round.wide = pages(&[&["d1", "s1", "s2"], &[]], Some(3));
    assert_eq!(judged(&hidden), Some(Reason::EffectMissing));
    let unfiltered = |round: &mut Round| round.other = round.wide.clone();
    assert_eq!(judged(&unfiltered), mismatch);
    let no_drafts = |round: &mut Round| round.drafts = pages(&[&[]], Some(0));
    assert_eq!(judged(&no_drafts), mismatch);
    let of_page = |round: &mut Round| {
        round
            .narrow
            .pages
            .iter_mut()
            .for_each(|page| page.total = Some(2));
    };
    assert_eq!(judged(&of_page), Some(Reason::Disagreement));
    let bare = |round: &mut Round| round.wide.pages[0].paginated = false;
    assert_eq!(judged(&bare), mismatch);
}

#[test]
fn long_lists_are_judged_as_far_as_they_were_read() {
    let mut round = healthy();
    round.wide.complete = false;
    round.narrow = pages(&[&["d1", "d2"]], Some(700));
    round.narrow.complete = false;
    round.drafts.complete = false;
    assert_eq!(judge(&["elsewhere".to_owned()], &round).status, Status::Pass);
    assert_eq!(unsteady().status, Status::Pending);
    // where one walk did not end, the two are not compared
    let mut narrow = healthy();
    narrow.narrow = pages(&[&["d1", "d2"]], Some(4));
    narrow.narrow.complete = false;
    assert_eq!(judge(&[], &narrow).status, Status::Pass);
    let mut wide = healthy();
    wide.wide = pages(&[&["d1", "s1", "s2"]], Some(4));
    wide.wide.complete = false;
    wide.narrow = pages(&[&["d1", "d2"], &["s1"], &[]], None);
    wide.drafts = pages(&[&["d1", "d2"], &[]], None);
    assert_eq!(judge(&[], &wide).status, Status::Pass);
}

#[test]
fn an_empty_page_states_no_total() {
    let mut round = healthy();
    for list in [&mut round.wide, &mut round.narrow, &mut round.drafts] {
        list.pages
            .iter_mut()
            .for_each(|page| page.total = page.rows.is_empty().then_some(0));
    }
    let outcome = judge(&[], &round);
    assert_eq!(outcome.status, Status::Pass);
    assert!(
        outcome.summary.contains("not counted by the target"),
        "{}",
        outcome.summary
    );
}
