//! Requests as data: all that goes on the wire, decided before anything is sent.

use aurous_contract::header;
use aurous_contract::image::ContentType;
use aurous_contract::upload::{ClassifyRequest, InitUploadRequest};

use crate::answer::Expected;
use crate::text::cut;

/// A request to send.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    pub method: Method,
    /// Absolute. That of a PUT is signed: it goes into no message.
    pub url: String,
    /// All headers but those that the browser adds by itself. A later one replaces an earlier one of the
    /// same name.
    pub headers: Vec<Header>,
    pub credentials: Credentials,
    /// Whether the browser may tell the server which page asks.
    pub referrer: Referrer,
    pub body: Body,
    /// Whether to report how many bytes of the body were sent.
    pub reports_progress: bool,
    /// What to read of its answer.
    pub expected: Expected,
}

/// A header's name and value.
pub type Header = (String, String);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    Get,
    Post,
    Put,
    Patch,
    Delete,
}

/// Whether cookies go with a request, in the words of the fetch standard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Credentials {
    Omit,
    /// To the page's own origin alone.
    #[default]
    SameOrigin,
    Include,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Referrer {
    /// As the page's policy has it.
    PagePolicy,
    None,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    None,
    /// The bytes of the call's file, untouched.
    File,
    InitUpload(InitUploadRequest),
    Classify(ClassifyRequest),
    /// JSON that the caller wrote: fields that the SDK does not know pass through.
    Json(String),
}

impl Request {
    /// Returns the PUT of a file to a signed URL.
    ///
    /// `Content-Type` is its only header, no cookie and no referrer goes with it: the URL alone lets it in
    /// (the vendor's upload guide).
    ///
    /// ```
    /// use aurous_contract::image::ContentType;
    /// use aurous_flow::request::{Body, Credentials, Request};
    ///
    /// let put = Request::put("https://upload.example/1?signature=…".into(), ContentType::Jpeg);
    /// assert_eq!(put.headers, [("content-type".into(), "image/jpeg".into())]);
    /// assert_eq!((put.body, put.credentials), (Body::File, Credentials::Omit));
    /// ```
    pub fn put(url: String, content_type: ContentType) -> Self {
        Self {
            method: Method::Put,
            url,
            headers: vec![(header::CONTENT_TYPE.into(), content_type.as_str().into())],
            credentials: Credentials::Omit,
            referrer: Referrer::None,
            body: Body::File,
            reports_progress: false,
            expected: Expected::Nothing,
        }
    }

    /// Returns an API call, with a body of JSON or none.
    pub fn api(
        method: Method,
        url: String,
        credentials: Credentials,
        body: Body,
        expected: Expected,
    ) -> Self {
        Self {
            method,
            url,
            headers: Vec::new(),
            credentials,
            referrer: Referrer::PagePolicy,
            body,
            reports_progress: false,
            expected,
        }
    }

    /// Returns the request with an idempotency key, which all attempts of one call share.
    pub fn with_idempotency_key(mut self, key: String) -> Self {
        self.headers.push((header::IDEMPOTENCY_KEY.into(), key));
        self
    }

    /// Returns whether an answer from this URL was redirected there. Some runtimes do not tell the URL.
    pub fn is_redirected_to(&self, url: &str) -> bool {
        let (sent, _) = cut(&self.url, b'#');
        !url.is_empty() && url != sent
    }
}

impl Method {
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Patch => "PATCH",
            Self::Delete => "DELETE",
        }
    }
}

impl Credentials {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "omit" => Some(Self::Omit),
            "same-origin" => Some(Self::SameOrigin),
            "include" => Some(Self::Include),
            _ => None,
        }
    }
}
