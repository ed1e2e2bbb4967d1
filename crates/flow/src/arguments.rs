//! The arguments of each function, read into typed records before anything is sent.

use aurous_contract::character::{Attributes, CreateFlow};
use aurous_contract::filename::{Filename, SafeName};
use aurous_contract::id::{CharacterId, UploadId};
use aurous_contract::image::{ContentType, Extension};
use aurous_contract::limits::{UPLOAD_IDS_MAX, UPLOAD_IDS_MIN};

use crate::character_call::{CharacterCall, Operation};
use crate::failure::{Code, Failure, Step};
use crate::options::CallOptions;
use crate::read::{
    CharacterName, Fields, FromValue, ListLimit, Mismatch, Object, PathId, Reading,
    SynthesizedPose, UrlText, convert, read_json,
};
use crate::refusal;
use crate::url;
use crate::value::{Value, ValueKind};

/// What a call is to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Task {
    InitUpload(Source),
    PutFile { target: Target, file: PickedFile },
    Classify(UploadId),
    CreateCharacter(CreateRequest),
    Upload(UploadRequest),
    Character(CharacterCall),
    WaitForCharacter(WaitRequest),
}

/// The file that a ticket is minted for.
#[derive(Clone, Debug, PartialEq)]
pub enum Source {
    File(PickedFile),
    /// A description of a file that is not at hand: the request's body.
    Description {
        json: String,
    },
}

/// A file that a person picked.
#[derive(Clone, Debug, PartialEq)]
pub struct PickedFile {
    pub name: SafeName,
    /// Bytes. A float, since that is what a JavaScript number is.
    pub size: f64,
}

/// Where a file is PUT.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Signed: it goes into no message.
    pub url: String,
    /// The content type that the ticket was minted for; a bare URL does not say.
    pub content_type: Option<ContentType>,
    /// The most bytes that the gateway takes, where the ticket says so.
    pub max_size: Option<f64>,
}

/// An upload: ticket, PUT and, if asked for, classification.
#[derive(Clone, Debug, PartialEq)]
pub struct UploadRequest {
    pub file: PickedFile,
    pub classify: bool,
    /// Whether the file is copied into memory: see [`CallOptions::snapshot_bytes`].
    pub is_copied: bool,
}

/// A character to make.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateRequest {
    /// The request's body: fields that the SDK does not know pass through.
    pub json: String,
    pub flow: CreateFlow,
    /// Empty for [`CreateFlow::Synthesize`].
    pub upload_ids: Vec<UploadId>,
    pub idempotency_key: String,
    /// Whether the caller gave a `client_reference_id`.
    pub has_own_reference: bool,
}

/// A character to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitRequest {
    pub id: CharacterId,
    /// How long to wait, in milliseconds that the page is visible.
    pub deadline_ms: u64,
}

/// Default time limit of a wait for a character, in milliseconds: a synthesis takes 30 to 90 s (the vendor's
/// guide).
pub const DEFAULT_WAIT_MS: u64 = 600_000;

impl Task {
    /// Returns the step that a call fails in before its first request.
    pub const fn first_step(&self) -> Step {
        match self {
            Self::InitUpload(_) | Self::Upload(_) => Step::Init,
            Self::PutFile { .. } => Step::Put,
            Self::Classify(_) => Step::Classify,
            Self::CreateCharacter(_) => Step::Create,
            Self::Character(call) => Step::Character(call.operation),
            Self::WaitForCharacter(_) => Step::Character(Operation::Wait),
        }
    }

    /// Reads the argument of `initUpload`.
    ///
    /// # Errors
    /// About `source`, or a field of it.
    pub fn init_upload<V: Value>(source: &V) -> Reading<Self, V> {
        convert::<AnySource, V>(source, "source", Code::InvalidArgument)?;
        let source = match source.kind() {
            ValueKind::Object => read_description(source)?,
            _ => Source::File(read_file(source, "source")?),
        };
        Ok(Self::InitUpload(source))
    }

    /// Reads the arguments of `putFile`. A relative URL starts from `root`.
    ///
    /// # Errors
    /// About `target` or `file`, or a field of them.
    pub fn put_file<V: Value>(target: &V, file: &V, root: &str) -> Reading<Self, V> {
        Ok(Self::PutFile {
            target: read_target(target, root)?,
            file: read_picked_file(file)?,
        })
    }

    /// Reads the argument of `classify`: an `upload_id`, or a ticket.
    ///
    /// # Errors
    /// About `upload` or `upload.upload_id`.
    pub fn classify<V: Value>(upload: &V) -> Reading<Self, V> {
        convert::<AnyUpload, V>(upload, "upload", Code::InvalidArgument)?;
        let upload_id = match upload.kind() {
            ValueKind::Object => Fields::of(upload, "upload").required("upload_id"),
            _ => convert(upload, "upload", Code::InvalidArgument),
        };
        upload_id.map(Self::Classify)
    }

    /// Reads the argument of `createCharacter`. `random_key` is its idempotency key, unless the options have
    /// one.
    ///
    /// Checks what the API documents of the request; the API refuses the rest.
    ///
    /// # Errors
    /// About `request`, or a field of it.
    pub fn create_character<V: Value>(
        request: &V,
        options: &CallOptions<V>,
        random_key: fn() -> String,
    ) -> Reading<Self, V> {
        convert::<Object<V>, V>(request, "request", Code::InvalidArgument)?;
        let fields = Fields::of(request, "");
        let _: CharacterName = fields.required("name")?;
        let generate: Option<bool> = fields.optional("generate")?;
        let upload_ids = match fields.optional("upload_ids")? {
            Some(UploadIds { array, count }) => Fields::of(&array, "upload_ids").elements(count)?,
            None => Vec::new(),
        };
        let attributes: Option<Object<V>> = fields.optional("attributes")?;
        if let Some(Object(attributes)) = &attributes {
            check_attributes(attributes)?;
        }
        let reference: Option<String> = fields.optional("client_reference_id")?;
        let (generate, has_uploads) = (generate.unwrap_or_default(), !upload_ids.is_empty());
        let Some(flow) = CreateFlow::of(generate, has_uploads, attributes.is_some()) else {
            let message = "A character is made either from `upload_ids` or from `generate: true` with `attributes`: give exactly one of the two.";
            let failure = Failure::new(Code::ParameterInvalidCombination, message, &[]);
            return Err(failure.about("upload_ids").into());
        };
        Ok(Self::CreateCharacter(CreateRequest {
            json: read_json(&fields, "request")?,
            flow,
            upload_ids,
            idempotency_key: options.idempotency_key.clone().unwrap_or_else(random_key),
            has_own_reference: reference.is_some(),
        }))
    }

    /// Reads the argument of a call that takes a character alone: its id, or the character itself.
    ///
    /// # Errors
    /// About `character` or `character.id`.
    pub fn about_character<V: Value>(operation: Operation, character: &V) -> Reading<Self, V> {
        let id = read_character_id(character, "character")?;
        Ok(Self::Character(CharacterCall::about(operation, id)))
    }

    /// Reads the arguments of `waitForCharacter`. The client's own deadline does not count: it is that of a
    /// request.
    ///
    /// # Errors
    /// As [`Self::about_character`].
    pub fn wait_for_character<V: Value>(
        character: &V,
        options: &CallOptions<V>,
    ) -> Reading<Self, V> {
        Ok(Self::WaitForCharacter(WaitRequest {
            id: read_character_id(character, "character")?,
            deadline_ms: options.own_deadline_ms.unwrap_or(DEFAULT_WAIT_MS),
        }))
    }

    /// Reads the argument of `listCharacters`.
    ///
    /// # Errors
    /// About `query`, or a field of it.
    pub fn list_characters<V: Value>(query: &V) -> Reading<Self, V> {
        if !query.kind().is_missing() {
            convert::<Object<V>, V>(query, "query", Code::InvalidArgument)?;
        }
        let fields = Fields::of(query, "query");
        let limit: Option<ListLimit> = fields.optional("limit")?;
        let after = fields.field("starting_after")?;
        let after = match after.kind().is_missing() {
            true => None,
            false => Some(read_character_id(&after, "query.starting_after")?),
        };
        let call = CharacterCall::list(limit.map(|it| it.0), after.as_ref());
        Ok(Self::Character(call))
    }

    /// Reads the arguments of a call that sends a body about a character: `updateCharacter`, `regenerateRef`,
    /// `resynthesizeCharacter`. `random_key` is the idempotency key of one that costs credits, unless the
    /// options have one.
    ///
    /// # Errors
    /// About `character` or `request`, or a field of them.
    pub fn change_character<V: Value>(
        operation: Operation,
        character: &V,
        request: &V,
        options: &CallOptions<V>,
        random_key: fn() -> String,
    ) -> Reading<Self, V> {
        let id = read_character_id(character, "character")?;
        let is_optional = operation == Operation::Resynthesize;
        let json = if is_optional && request.kind().is_missing() {
            "{}".to_owned()
        } else {
            convert::<Object<V>, V>(request, "request", Code::InvalidArgument)?;
            let fields = Fields::of(request, "");
            check_change(operation, &fields)?;
            read_json(&fields, "request")?
        };
        // The API honours a key on those calls, so that a second attempt does not cost twice (the vendor's page
        // on idempotency).
        let key = || options.idempotency_key.clone().unwrap_or_else(random_key);
        Ok(Self::Character(CharacterCall {
            json: Some(json),
            idempotency_key: operation.bucket().costs_credits().then(key),
            ..CharacterCall::about(operation, id)
        }))
    }

    /// Reads the argument of `upload`.
    ///
    /// # Errors
    /// About `file`, or a field of it.
    pub fn upload<V: Value>(file: &V, options: &CallOptions<V>) -> Reading<Self, V> {
        let file = read_picked_file(file)?;
        Ok(Self::Upload(UploadRequest {
            is_copied: file.size <= options.snapshot_bytes,
            file,
            classify: options.classify,
        }))
    }
}

fn check_change<V: Value>(operation: Operation, fields: &Fields<'_, V>) -> Reading<(), V> {
    match operation {
        Operation::Regenerate => {
            let _: SynthesizedPose = fields.required("pose")?;
            let _: Option<String> = fields.optional("prompt_override")?;
        }
        Operation::Resynthesize => {
            let _: Option<bool> = fields.optional("force_all")?;
        }
        _ => {
            let _: Option<CharacterName> = fields.optional("name")?;
            let attributes: Option<Object<V>> = fields.optional("attributes")?;
            if let Some(Object(attributes)) = &attributes {
                check_attributes(attributes)?;
            }
        }
    }
    Ok(())
}

/// Reads a character's id, or that of a character that is handed over whole.
fn read_character_id<V: Value>(character: &V, path: &str) -> Reading<CharacterId, V> {
    convert::<AnyCharacter, V>(character, path, Code::InvalidArgument)?;
    let PathId(id) = match character.kind() {
        ValueKind::Object => Fields::of(character, path).required("id")?,
        _ => convert(character, path, Code::InvalidArgument)?,
    };
    Ok(id)
}

fn read_picked_file<V: Value>(file: &V) -> Reading<PickedFile, V> {
    convert::<AnyFile, V>(file, "file", Code::InvalidArgument)?;
    read_file(file, "file")
}

fn read_file<V: Value>(file: &V, path: &str) -> Reading<PickedFile, V> {
    let fields = Fields::of(file, path);
    let name: Option<String> = fields.optional("name")?;
    Ok(PickedFile {
        name: SafeName::of(&name.unwrap_or_default()),
        size: fields.required("size")?,
    })
}

fn read_description<V: Value>(source: &V) -> Reading<Source, V> {
    let fields = Fields::of(source, "source");
    // First: half a character in the name would be read as another one.
    let json = read_json(&fields, "source")?;
    let _: Filename = fields.required("filename")?;
    let extension: Extension = fields.required("extension")?;
    let content_type: ContentType = fields.required("content_type")?;
    if extension.format() != content_type.format() {
        return Err(refusal::contradictory(extension, content_type).into());
    }
    Ok(Source::Description { json })
}

/// Reads a ticket, a URL, or a text that is one.
fn read_target<V: Value>(target: &V, root: &str) -> Reading<Target, V> {
    convert::<AnyTarget, V>(target, "target", Code::InvalidArgument)?;
    let (path, url, content_type, max_size) = match target.kind() {
        ValueKind::Object => {
            let fields = Fields::of(target, "target");
            let url: String = fields.required("upload_url")?;
            let content_type = match fields.optional("upload_headers")? {
                Some(Object(headers)) => {
                    Fields::of(&headers, "target.upload_headers").optional("Content-Type")?
                }
                None => None,
            };
            let max_size = fields.optional("max_size")?;
            ("target.upload_url", url, content_type, max_size)
        }
        _ => {
            let UrlText(url) = convert(target, "target", Code::InvalidArgument)?;
            ("target", url, None, None)
        }
    };
    let url = url::resolve::<V>(&url, root).ok_or_else(|| {
        // The text is not quoted: it may be a signed URL with a slip in it.
        let message = "`{}` must be an http or https URL.";
        Failure::new(Code::InvalidArgument, message, &[path]).about(path)
    })?;
    Ok(Target {
        url,
        content_type,
        max_size,
    })
}

/// Checks the attributes that the API documents: a text each, but for `age`.
fn check_attributes<V: Value>(attributes: &V) -> Reading<(), V> {
    let fields = Fields::of(attributes, "attributes");
    for name in Attributes::KEYS {
        if name == "age" {
            let _: Option<f64> = fields.optional(name)?;
        } else {
            let _: Option<String> = fields.optional(name)?;
        }
    }
    Ok(())
}

/// Implements [`FromValue`] for a type that stands for values of some kinds.
macro_rules! of_kinds {
    ($($name:ident: $kinds:pat => $must_be:literal;)+) => {$(
        struct $name;

        impl<V: Value> FromValue<V> for $name {
            const MUST_BE: &'static str = $must_be;

            fn from_value(value: &V) -> Result<Self, Mismatch> {
                if matches!(value.kind(), $kinds) {
                    Ok(Self)
                } else {
                    Err(Mismatch::Kind)
                }
            }
        }
    )+};
}

of_kinds! {
    AnyFile: ValueKind::File | ValueKind::Blob => "a File or a Blob";
    AnySource: ValueKind::File | ValueKind::Blob | ValueKind::Object
        => "a File, a Blob, or { filename, extension, content_type }";
    AnyTarget: ValueKind::Object | ValueKind::Text | ValueKind::Url
        => "the ticket of initUpload, or its upload_url";
    AnyUpload: ValueKind::Object | ValueKind::Text => "an upload_id or the ticket of initUpload";
    AnyCharacter: ValueKind::Object | ValueKind::Text => "a character, or its id";
}

/// 1 to 6 `upload_ids`, not read yet.
struct UploadIds<V> {
    array: V,
    count: usize,
}

impl<V: Value> FromValue<V> for UploadIds<V> {
    const MUST_BE: &'static str = "an array of 1 to 6 ids";

    fn from_value(value: &V) -> Result<Self, Mismatch> {
        if value.kind() != ValueKind::Array {
            return Err(Mismatch::Kind);
        }
        let length = value.field("length").ok().and_then(|it| it.as_number());
        let count = length.unwrap_or_default() as usize;
        if count < UPLOAD_IDS_MIN {
            return Err(Mismatch::Range("there are none"));
        }
        if count > UPLOAD_IDS_MAX {
            return Err(Mismatch::Range("there are more"));
        }
        Ok(Self {
            array: value.clone(),
            count,
        })
    }
}

#[cfg(test)]
mod tests;
