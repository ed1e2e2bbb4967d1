use super::{Call, Target, Task};
use crate::argument::{
    ATTRIBUTES_FIELDS, Argument, FILE, FILE_FIELDS, OBJECT, REQUEST_FIELDS, SOURCE, SOURCE_FIELDS,
    TARGET, TARGET_FIELDS, Type, UPLOAD, UPLOAD_HEADERS_FIELDS, UPLOAD_ID,
};
use crate::character::CreateFlow;
use crate::concat;
use crate::decimal;
use crate::failure::{Code, Failure, Step};
use crate::id::UploadId;
use crate::image::{self, ContentType, Extension};
use crate::options::{CallOptions, Client};
use crate::progress::Progress;
use crate::retry::{Attempts, Patience};
use crate::world::World;

impl Call {
    /// Holds a call's arguments and options against their rules.
    ///
    /// # Errors
    /// The first one that doesn't hold, by its name.
    pub fn read(task: Task, world: &dyn World) -> Result<Box<Self>, Box<Failure>> {
        let client = Client::read(world)?;
        let options = CallOptions::read(world, client.limits)?;
        let mut call = Box::new(Self {
            task,
            steps: task.steps(options.classifies),
            done: 0,
            job: None,
            is_probing: false,
            patience: Patience::wait(0, 0),
            size: None,
            format: None,
            target: Target::default(),
            upload_ids: Vec::new(),
            is_ticket_new: false,
            attempts: Attempts::new(options.limits.policy(Step::Init)),
            put_attempts: Attempts::new(options.limits.policy(Step::Put)),
            spent_ms: 0,
            failure: None,
            progress: Progress::of(0),
            notices: Vec::new(),
            client,
            options,
        });
        match task {
            Task::InitUpload => call.read_source(world)?,
            Task::PutFile => {
                call.target = target(world, &call.client.base)?;
                call.read_file(world, "file")?;
            }
            Task::Upload => call.read_file(world, "file")?,
            Task::Classify => call.upload_ids.push(upload_id(world)?),
            Task::CreateCharacter => call.read_request(world)?,
        }
        Ok(call)
    }

    /// Whether the body of its request is the argument itself, as JSON: fields that we don't know pass
    /// through.
    pub fn passes_argument_on(&self) -> bool {
        match self.task {
            Task::InitUpload => self.size.is_none(),
            task => task == Task::CreateCharacter,
        }
    }

    /// Its argument could not be written as JSON: that threw at the field `path`, if it is known.
    pub fn unwritable(&self, path: &str) -> Box<Failure> {
        let name = match self.task {
            _ if !path.is_empty() => path,
            Task::CreateCharacter => "request",
            _ => "source",
        };
        Argument::new("", name).unreadable()
    }

    fn read_file(&mut self, world: &dyn World, shown: &str) -> Result<(), Box<Failure>> {
        let argument = Argument::new("file", shown);
        argument.check(world, &FILE)?;
        argument.check_fields(world, &FILE_FIELDS)?;
        let size = world.number("file.size");
        self.progress = Progress::of(size as u64);
        self.size = Some(size);
        Ok(())
    }

    /// A file, or what is known of one that isn't at hand.
    fn read_source(&mut self, world: &dyn World) -> Result<(), Box<Failure>> {
        let argument = Argument::new("subject", "source");
        argument.check(world, &SOURCE)?;
        if matches!(world.type_of("subject"), Type::File | Type::Blob) {
            return self.read_file(world, "source");
        }
        argument.check_fields(world, &SOURCE_FIELDS)?;
        let extension = world.text("subject.extension");
        let content_type = world.text("subject.content_type");
        if let (Some(extension), Some(content_type)) = (
            extension.as_deref().and_then(Extension::parse),
            content_type.as_deref().and_then(ContentType::parse),
        ) && extension.format() != content_type.format()
        {
            return Err(image::contradictory(extension, content_type));
        }
        Ok(())
    }

    /// Checks what the API documents of the request; the rest is the API's to refuse.
    fn read_request(&mut self, world: &dyn World) -> Result<(), Box<Failure>> {
        Argument::new("subject", "request").check(world, &OBJECT)?;
        Argument::new("subject", "").check_fields(world, &REQUEST_FIELDS)?;
        // NaN, where there are none, is 0.
        let count = world.number("subject.upload_ids") as u64;
        for index in 0..count {
            let index = decimal(index);
            let path = concat(&["subject.upload_ids.", &index]);
            let name = concat(&["upload_ids[", &index, "]"]);
            Argument::new(&path, &name).check(world, &UPLOAD_ID)?;
            self.upload_ids.extend(upload_id_at(world, &path));
        }
        let attributes = "subject.attributes";
        let has_attributes = world.type_of(attributes) != Type::Undefined;
        Argument::new(attributes, "attributes").check_fields(world, &ATTRIBUTES_FIELDS)?;
        let generate = world.flag("subject.generate");
        match CreateFlow::of(generate, count > 0, has_attributes) {
            Some(CreateFlow::Upload) => {}
            // It costs credits, and nothing keeps it from being carried out twice.
            Some(CreateFlow::Synthesize) => self.attempts.only_once(),
            None => {
                let message = "A character is made either from `upload_ids` or from `generate: true` with `attributes`: give exactly one of the two.";
                let code = Code::ParameterInvalidCombination;
                return Err(Failure::new(code, message, &[]).about("upload_ids"));
            }
        }
        Ok(())
    }
}

/// A ticket, a URL, or a text that is one.
fn target(world: &dyn World, base: &str) -> Result<Target, Box<Failure>> {
    let argument = Argument::new("subject", "target");
    argument.check(world, &TARGET)?;
    let bare = world.text("subject").or_else(|| world.text("subject.href"));
    let (name, url, content_type) = match bare {
        Some(url) => ("target", url, None),
        None => {
            argument.check_fields(world, &TARGET_FIELDS)?;
            let headers = Argument::new("subject.upload_headers", "target.upload_headers");
            headers.check_fields(world, &UPLOAD_HEADERS_FIELDS)?;
            let url = world.text("subject.upload_url").unwrap_or_default();
            let content_type = world.text("subject.upload_headers.Content-Type");
            ("target.upload_url", url, content_type)
        }
    };
    let Some(url) = fetchable(world, &url, base) else {
        // The text is not quoted: it may be a signed URL with a slip in it.
        let message = "`{}` must be an http or https URL.";
        return Err(Failure::new(Code::InvalidArgument, message, &[name]).about(name));
    };
    Ok(Target {
        url,
        content_type: content_type.as_deref().and_then(ContentType::parse),
    })
}

/// Where a PUT to `url`, relative to `base`, goes.
pub(super) fn fetchable(world: &dyn World, url: &str, base: &str) -> Option<String> {
    let url = world.resolve(url, &concat(&[base, "/"]))?;
    url.is_fetchable().then(|| url.into_string())
}

/// An `upload_id`, or a ticket.
fn upload_id(world: &dyn World) -> Result<UploadId, Box<Failure>> {
    let whole = Argument::new("subject", "upload");
    whole.check(world, &UPLOAD)?;
    let argument = if world.type_of(whole.path) == Type::Text {
        whole
    } else {
        Argument::new("subject.upload_id", "upload.upload_id")
    };
    argument.check(world, &UPLOAD_ID)?;
    upload_id_at(world, argument.path).ok_or_else(|| argument.unreadable())
}

fn upload_id_at(world: &dyn World, path: &str) -> Option<UploadId> {
    UploadId::parse(&world.text(path)?)
}
