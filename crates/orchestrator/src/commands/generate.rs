//! `golive completions SHELL` and `golive man`: made from the command line itself.

use std::path::{Path, PathBuf};

use clap::Command;
use clap_complete::Shell;
use golive_core::cli::exit;
use golive_core::conduct;
use golive_core::output::write_atomically;

use super::print;

const COMPLETIONS_EXAMPLES: &str = "\
Examples:
  golive completions bash > ~/.local/share/bash-completion/completions/golive
  golive completions zsh > \"${fpath[1]}/_golive\"
  golive completions fish > ~/.config/fish/completions/golive.fish";

const MAN_EXAMPLES: &str = "\
Examples:
  golive man | man -l -                       read it now
  golive man --dir ~/.local/share/man/man1    a page for golive and for each command";

/// Options of `completions`.
#[derive(clap::Args)]
#[command(after_help = COMPLETIONS_EXAMPLES)]
pub(crate) struct CompletionsArgs {
    /// The shell that completes
    #[arg(value_name = "SHELL")]
    shell: Shell,
}

/// Options of `man`.
#[derive(clap::Args)]
#[command(after_help = MAN_EXAMPLES)]
pub(crate) struct ManArgs {
    /// Write a page for golive and for each command into this directory
    #[arg(long, value_name = "DIR")]
    dir: Option<PathBuf>,
}

pub(crate) fn completions(args: &CompletionsArgs, mut command: Command) -> u8 {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "golive", &mut script);
    print(&String::from_utf8_lossy(&script))
}

pub(crate) fn man(args: &ManArgs, command: Command) -> u8 {
    let pages = pages(command);
    let Some(dir) = &args.dir else {
        return print(pages.first().map_or("", |(_, page)| page));
    };
    for (name, page) in &pages {
        if let Err(message) = write(dir, name, page) {
            conduct::say(&format!("golive: {message}"));
            return exit::INTERNAL;
        }
    }
    print(&format!("{} pages in {}\n", pages.len(), dir.display()))
}

fn write(dir: &Path, name: &str, page: &str) -> Result<(), String> {
    let path = dir.join(format!("{name}.1"));
    write_atomically(&path, page).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

/// `golive`, then `golive-diff`, `golive-config-explain`, …
fn pages(mut command: Command) -> Vec<(String, String)> {
    command.build();
    let mut pages = Vec::new();
    add(&mut pages, command, "");
    pages
}

fn add(pages: &mut Vec<(String, String)>, command: Command, above: &str) {
    let name = match above {
        "" => command.get_name().to_owned(),
        above => format!("{above}-{}", command.get_name()),
    };
    let below: Vec<Command> = command
        .get_subcommands()
        .filter(|command| command.get_name() != "help" && !command.is_hide_set())
        .cloned()
        .collect();
    let mut page = Vec::new();
    // Writing to memory cannot fail.
    let _ = clap_mangen::Man::new(command).title(&name).render(&mut page);
    pages.push((name.clone(), String::from_utf8_lossy(&page).into_owned()));
    for command in below {
        add(pages, command, &name);
    }
}
