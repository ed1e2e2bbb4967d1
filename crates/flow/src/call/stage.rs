use aurous_contract::character::CreateFlow;
use aurous_contract::filename::Filename;
use aurous_contract::id::UploadId;
use aurous_contract::image::{ContentType, ImageFormat};
use aurous_contract::outcome::Repeat;
use aurous_contract::rate::Bucket;
use aurous_contract::upload::{ClassifyRequest, InitUploadRequest};

use super::FileState;
use super::lost_create::NEWEST_CHARACTERS;
use crate::answer::{Expected, Server};
use crate::arguments::{CreateRequest, Target};
use crate::character_call::CharacterCall;
use crate::client::Client;
use crate::failure::Step;
use crate::read::HeaderValue;
use crate::request::{Body, Method, Request};

/// The step at hand, with all that its request needs.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Stage {
    /// The file must be looked at before its step can begin.
    Prepare(Purpose),
    Init(Body),
    Put {
        /// Signed: it goes into no message.
        url: String,
        content_type: ContentType,
    },
    Classify(UploadId),
    Create(CreateRequest),
    Character(CharacterCall),
    /// The character of a create whose answer was lost.
    Find(CreateRequest),
}

/// What a file is looked at for.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Purpose {
    Mint,
    Put(Target),
    Upload,
}

impl Stage {
    /// Returns the stage that mints a ticket for a file that was looked at. Extension and content type are
    /// those of its bytes: a name and a `type` are guesses. A gateway is told how many bytes will come, and takes
    /// no other number; the API has no field for it.
    pub(super) fn init(file: &mut FileState, format: ImageFormat, server: Server<'_>) -> Self {
        let size = file.size as u64;
        file.announced_size = (server != Server::Api && size > 0).then_some(size);
        Self::Init(Body::InitUpload(InitUploadRequest {
            filename: Filename::for_upload(&file.name, format),
            extension: format.extension(),
            content_type: format.content_type(),
            size: file.announced_size,
        }))
    }

    // The page downloads it once.
    #[inline(never)]
    pub(super) const fn step(&self) -> Step {
        match self {
            Self::Prepare(Purpose::Mint | Purpose::Upload) | Self::Init(_) => Step::Init,
            Self::Prepare(Purpose::Put(_)) | Self::Put { .. } => Step::Put,
            Self::Classify(_) => Step::Classify,
            Self::Create(_) | Self::Find(_) => Step::Create,
            Self::Character(call) => Step::Character(call.operation),
        }
    }

    /// Returns the bucket of the rate limit that its requests take from; a PUT takes from none.
    pub(super) const fn bucket(&self) -> Option<Bucket> {
        match self {
            Self::Prepare(_) | Self::Put { .. } => None,
            Self::Init(_) | Self::Classify(_) => Some(Bucket::CharactersPost),
            Self::Create(request) => Some(match request.flow {
                CreateFlow::Upload => Bucket::CharactersPost,
                CreateFlow::Synthesize => Bucket::CharactersSynthesize,
            }),
            Self::Character(call) => Some(call.operation.bucket()),
            Self::Find(_) => Some(Bucket::CharactersGet),
        }
    }

    /// Returns the request of this stage; none before the file was looked at. `token` is the session token
    /// that the page's function gave.
    pub(super) fn request<V>(
        &self,
        client: &Client<V>,
        token: Option<&HeaderValue>,
    ) -> Option<Request> {
        let post =
            |path, body, expected| client.api_call(Method::Post, path, body, expected, token);
        Some(match self {
            Self::Prepare(_) => return None,
            Self::Init(body) => {
                let root = client.root.clone();
                let expected = Expected::Ticket { root };
                post("/v1/characters/uploads/init", body.clone(), expected)
            }
            Self::Put { url, content_type } => Request::put(url.clone(), *content_type),
            Self::Classify(upload_id) => {
                let upload_id = upload_id.clone();
                let body = Body::Classify(ClassifyRequest { upload_id });
                post(
                    "/v1/characters/uploads/classify",
                    body,
                    Expected::Classification,
                )
            }
            Self::Create(create) => {
                let body = Body::Json(create.json.clone());
                post("/v1/characters", body, Expected::Character)
                    .with_idempotency_key(create.idempotency_key.clone())
            }
            Self::Find(create) => {
                let expected = Expected::Referred(create.reference());
                client.api_call(Method::Get, NEWEST_CHARACTERS, Body::None, expected, token)
            }
            Self::Character(call) => {
                let operation = call.operation;
                let body = call.json.clone().map_or(Body::None, Body::Json);
                let (method, expected) = (operation.method(), operation.expected());
                let request = client.api_call(method, &call.path, body, expected, token);
                match &call.idempotency_key {
                    Some(key) => request.with_idempotency_key(key.clone()),
                    None => request,
                }
            }
        })
    }
}

impl CreateRequest {
    /// Returns whether a second request does harm. Synthesis costs credits, and no page of the vendor's
    /// documents that an idempotency key keeps it from being carried out twice.
    pub(super) const fn repeat(&self) -> Repeat {
        match self.flow {
            CreateFlow::Upload => Repeat::Freely,
            CreateFlow::Synthesize => Repeat::OnlyIfNotCarriedOut,
        }
    }
}
