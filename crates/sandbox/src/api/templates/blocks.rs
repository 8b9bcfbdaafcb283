//! `capture`, bounded; and the tags that SMS templates do not have.

use std::io::Write;

use liquid_core::error::ResultLiquidReplaceExt as _;
use liquid_core::model::KString;
use liquid_core::{
    BlockReflection, Error, Language, ParseBlock, ParseTag, Renderable, Result, Runtime, TagBlock,
    TagReflection, TagTokenIter, Template, Value,
};

use super::bounded::Bounded;

/// What `capture` may hold, in bytes.
const LONGEST: usize = 16 * 1024;

/// `{% capture name %}…{% endcapture %}`.
#[derive(Clone)]
pub(super) struct CaptureBlock;

#[derive(Debug)]
struct Capture {
    name: KString,
    body: Template,
}

impl BlockReflection for CaptureBlock {
    fn start_tag(&self) -> &'static str {
        "capture"
    }

    fn end_tag(&self) -> &'static str {
        "endcapture"
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for CaptureBlock {
    fn parse(
        &self,
        mut arguments: TagTokenIter<'_>,
        mut block: TagBlock<'_, '_>,
        options: &Language,
    ) -> Result<Box<dyn Renderable>> {
        let name = arguments
            .expect_next("a name expected")?
            .expect_identifier()
            .into_result()?;
        let name = KString::from_ref(name);
        arguments.expect_nothing()?;
        let body = Template::new(block.parse_all(options)?);
        block.assert_empty();
        Ok(Box::new(Capture { name, body }))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}

impl Renderable for Capture {
    fn render_to(&self, _writer: &mut dyn Write, runtime: &dyn Runtime) -> Result<()> {
        let mut text = Bounded::new(LONGEST);
        self.body
            .render_to(&mut text, runtime)
            .replace("the captured text is too long")?;
        runtime.set_global(self.name.clone(), Value::scalar(text.into_text()));
        Ok(())
    }
}

/// A tag that reads other templates or files: there are none, so it does not parse.
#[derive(Clone)]
pub(super) struct Refused(pub(super) &'static str);

impl TagReflection for Refused {
    fn tag(&self) -> &str {
        self.0
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseTag for Refused {
    fn parse(&self, _: TagTokenIter<'_>, _: &Language) -> Result<Box<dyn Renderable>> {
        Err(Error::with_msg("this tag is not available in SMS templates").context("tag", self.0))
    }

    fn reflection(&self) -> &dyn TagReflection {
        self
    }
}

impl BlockReflection for Refused {
    fn start_tag(&self) -> &str {
        self.0
    }

    fn end_tag(&self) -> &'static str {
        "end"
    }

    fn description(&self) -> &'static str {
        ""
    }
}

impl ParseBlock for Refused {
    fn parse(&self, _: TagTokenIter<'_>, _: TagBlock<'_, '_>, _: &Language) -> Result<Box<dyn Renderable>> {
        Err(Error::with_msg("this tag is not available in SMS templates").context("tag", self.0))
    }

    fn reflection(&self) -> &dyn BlockReflection {
        self
    }
}
