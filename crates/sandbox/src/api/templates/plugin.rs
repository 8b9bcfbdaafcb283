//! A filter as Liquid knows it.

use std::fmt;
use std::sync::Arc;

use liquid_core::parser::{Filter, FilterArguments, FilterReflection, ParameterReflection, ParseFilter};
use liquid_core::{Error, Expression, Result, Runtime, Value, ValueView};

use crate::faults::Faults;

/// What text a filter may make at most, in bytes.
pub(super) const LONGEST: usize = 16 * 1024;

/// What the filters know besides their input.
#[derive(Debug)]
pub(super) struct Settings {
    pub(super) base_url: String,
    pub(super) faults: Faults,
}

/// What a filter does.
pub(super) type Run = fn(&Call<'_>) -> Result<Value>;

/// A filter: its name, how many arguments it takes, what it does.
#[derive(Clone)]
pub(super) struct Plugin {
    pub(super) name: &'static str,
    /// Arguments at most.
    pub(super) most: usize,
    pub(super) run: Run,
    pub(super) settings: Arc<Settings>,
}

/// One use of a filter: the value before the bar, the arguments behind the colon.
pub(super) struct Call<'c> {
    pub(super) value: &'c dyn ValueView,
    pub(super) arguments: Vec<Value>,
    pub(super) settings: &'c Settings,
}

impl Call<'_> {
    pub(super) fn input(&self) -> String {
        self.value.to_kstr().into_string()
    }

    pub(super) fn argument(&self, index: usize) -> Option<String> {
        let value = self.arguments.get(index).filter(|value| !value.is_nil())?;
        Some(value.to_kstr().into_string())
    }

    pub(super) fn on(&self, fault: &str) -> bool {
        self.settings.faults.on(fault)
    }

    #[expect(clippy::unused_self, reason = "reads as the end of every filter")]
    pub(super) fn text(&self, text: String) -> Result<Value> {
        if text.len() > LONGEST {
            return Err(Error::with_msg("a filter made the text too long"));
        }
        Ok(Value::scalar(text))
    }
}

impl FilterReflection for Plugin {
    fn name(&self) -> &str {
        self.name
    }

    fn description(&self) -> &'static str {
        ""
    }

    fn positional_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }

    fn keyword_parameters(&self) -> &'static [ParameterReflection] {
        &[]
    }
}

impl ParseFilter for Plugin {
    fn parse(&self, arguments: FilterArguments<'_>) -> Result<Box<dyn Filter>> {
        let arguments: Vec<Expression> = arguments.positional.collect();
        if arguments.len() > self.most {
            return Err(Error::with_msg("too many arguments").context("filter", self.name));
        }
        Ok(Box::new(Applied {
            plugin: self.clone(),
            arguments,
        }))
    }

    fn reflection(&self) -> &dyn FilterReflection {
        self
    }
}

/// A filter in a template, with its arguments unevaluated.
struct Applied {
    plugin: Plugin,
    arguments: Vec<Expression>,
}

impl Filter for Applied {
    fn evaluate(&self, input: &dyn ValueView, runtime: &dyn Runtime) -> Result<Value> {
        let arguments = self
            .arguments
            .iter()
            .map(|argument| Ok(argument.evaluate(runtime)?.into_owned()));
        let arguments = arguments.collect::<Result<_>>()?;
        (self.plugin.run)(&Call {
            value: input,
            arguments,
            settings: &self.plugin.settings,
        })
    }
}

impl fmt::Debug for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plugin.name)
    }
}

impl fmt::Display for Applied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.plugin.name)
    }
}
