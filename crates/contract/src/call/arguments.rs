use super::{Call, Task};
use crate::access::is_fetchable;
use crate::argument::{
    ATTRIBUTES_FIELDS, Argument, FILE, FILE_FIELDS, OBJECT, REQUEST_FIELDS, SOURCE, SOURCE_FIELDS,
    TARGET, TARGET_FIELDS, UPLOAD, UPLOAD_HEADERS_FIELDS, UPLOAD_ID,
};
use crate::character::CreateFlow;
use crate::concat;
use crate::decimal;
use crate::failure::{Code, Failure};
use crate::image::{self, ContentType, Extension};
use crate::options::{CallOptions, Client};
use crate::progress::Progress;
use crate::retry::Attempts;
use crate::world::{Type, World};

impl Call {
    /// Holds a call's arguments and options against their rules.
    ///
    /// # Errors
    /// The first one that doesn't hold, by its name.
    pub fn read(task: Task, world: &dyn World) -> Result<Box<Self>, Box<Failure>> {
        let client = Client::read(world)?;
        let options = CallOptions::read(world)?;
        let mut call = Box::new(Self {
            task,
            steps: task.steps(options.classifies),
            done: 0,
            job: None,
            is_probing: false,
            size: None,
            format: None,
            minted_for: None,
            upload_count: 0,
            is_ticket_new: false,
            attempts: Attempts::default(),
            put_attempts: Attempts::default(),
            spent_ms: 0,
            failure: None,
            progress: Progress::of(0),
            client,
            options,
        });
        match task {
            Task::InitUpload => call.read_source(world)?,
            Task::PutFile => {
                call.read_target(world)?;
                call.read_file(world, "file")?;
            }
            Task::Upload => call.read_file(world, "file")?,
            Task::Classify => {
                Argument::new("subject", "upload").check(world, &UPLOAD)?;
                let shown = match upload_id(world) {
                    "subject" => "upload",
                    _ => "upload.upload_id",
                };
                Argument::new(upload_id(world), shown).check(world, &UPLOAD_ID)?;
            }
            Task::CreateCharacter => call.read_request(world)?,
        }
        Ok(call)
    }

    /// Whether its argument is the body of a request.
    pub fn passes_argument_on(&self) -> bool {
        match self.task {
            Task::InitUpload => self.size.is_none(),
            Task::CreateCharacter => true,
            Task::PutFile | Task::Classify | Task::Upload => false,
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
        let extension = extension.as_deref().and_then(Extension::parse);
        let content_type = content_type_at(world, "subject.content_type");
        if let (Some(extension), Some(content_type)) = (extension, content_type)
            && extension.format() != content_type.format()
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
        self.upload_count = world.number("subject.upload_ids") as u64;
        for index in 0..self.upload_count {
            let name = concat(&["upload_ids[", &decimal(index), "]"]);
            Argument::new(&upload_id_of(index), &name).check(world, &UPLOAD_ID)?;
        }
        let attributes = "subject.attributes";
        let has_attributes = world.type_of(attributes) != Type::Undefined;
        Argument::new(attributes, "attributes").check_fields(world, &ATTRIBUTES_FIELDS)?;
        let generate = world.flag("subject.generate");
        match CreateFlow::of(generate, self.upload_count > 0, has_attributes) {
            Some(CreateFlow::Upload) => {}
            // It costs credits, and nothing keeps it from being carried out twice.
            Some(CreateFlow::Synthesize) => self.attempts = Attempts::only_once(),
            None => {
                let message = "A character is made either from `upload_ids` or from `generate: true` with `attributes`: give exactly one of the two.";
                let code = Code::ParameterInvalidCombination;
                return Err(Failure::new(code, message, &[]).about("upload_ids"));
            }
        }
        Ok(())
    }

    /// A ticket, a URL, or a text that is one.
    fn read_target(&mut self, world: &dyn World) -> Result<(), Box<Failure>> {
        let argument = Argument::new("subject", "target");
        argument.check(world, &TARGET)?;
        let (name, path) = match world.type_of("subject") {
            Type::Text => ("target", "subject"),
            Type::Url => ("target", "subject.href"),
            _ => {
                argument.check_fields(world, &TARGET_FIELDS)?;
                let headers = Argument::new("subject.upload_headers", "target.upload_headers");
                headers.check_fields(world, &UPLOAD_HEADERS_FIELDS)?;
                self.minted_for = content_type_at(world, "subject.upload_headers.Content-Type");
                ("target.upload_url", "subject.upload_url")
            }
        };
        if !is_target(world, path) {
            // The text is not quoted: it may be a signed URL with a slip in it.
            let message = "`{}` must be an http or https URL.";
            return Err(Failure::new(Code::InvalidArgument, message, &[name]).about(name));
        }
        Ok(())
    }
}

/// Whether the URL at a path is one that can be PUT to: then it is the target.
pub(super) fn is_target(world: &dyn World, path: &str) -> bool {
    let url = world.text(path).unwrap_or_default();
    world.resolve(&url, "target") && is_fetchable(world, "target")
}

pub(super) fn content_type_at(world: &dyn World, path: &str) -> Option<ContentType> {
    ContentType::parse(&world.text(path)?)
}

/// Where the `upload_id` stands that is to be classified: the argument is one, or a ticket.
pub(super) fn upload_id(world: &dyn World) -> &'static str {
    match world.type_of("subject") {
        Type::Object => "subject.upload_id",
        _ => "subject",
    }
}

/// Where one of a create's stands.
pub(super) fn upload_id_of(index: u64) -> String {
    concat(&["subject.upload_ids.", &decimal(index)])
}
