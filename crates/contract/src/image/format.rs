use serde::{Deserialize, Serialize};

/// A format that the API takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ImageFormat {
    Jpeg,
    Png,
    Webp,
}

impl ImageFormat {
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    /// Returns the extension to send for this format (`jpg`, not `jpeg`).
    pub const fn extension(self) -> Extension {
        match self {
            Self::Jpeg => Extension::Jpg,
            Self::Png => Extension::Png,
            Self::Webp => Extension::Webp,
        }
    }

    pub const fn content_type(self) -> ContentType {
        match self {
            Self::Jpeg => ContentType::Jpeg,
            Self::Png => ContentType::Png,
            Self::Webp => ContentType::Webp,
        }
    }

    /// Returns the name that messages use.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::Webp => "WebP",
        }
    }
}

/// `extension` of an init request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Extension {
    Jpeg,
    Jpg,
    Png,
    Webp,
}

impl Extension {
    pub const ALL: [Self; 4] = [Self::Jpeg, Self::Jpg, Self::Png, Self::Webp];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "jpeg",
            Self::Jpg => "jpg",
            Self::Png => "png",
            Self::Webp => "webp",
        }
    }

    pub const fn format(self) -> ImageFormat {
        match self {
            Self::Jpeg | Self::Jpg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::Webp,
        }
    }
}

/// `content_type` of an init request, and the one header of its PUT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ContentType {
    #[serde(rename = "image/jpeg")]
    Jpeg,
    #[serde(rename = "image/png")]
    Png,
    #[serde(rename = "image/webp")]
    Webp,
}

impl ContentType {
    pub const ALL: [Self; 3] = [Self::Jpeg, Self::Png, Self::Webp];

    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|it| it.as_str() == text)
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Jpeg => "image/jpeg",
            Self::Png => "image/png",
            Self::Webp => "image/webp",
        }
    }

    pub const fn format(self) -> ImageFormat {
        match self {
            Self::Jpeg => ImageFormat::Jpeg,
            Self::Png => ImageFormat::Png,
            Self::Webp => ImageFormat::Webp,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_extension_and_content_type_reads_back_from_its_own_text() {
        for extension in Extension::ALL {
            assert_eq!(Extension::parse(extension.as_str()), Some(extension));
        }
        for content_type in ContentType::ALL {
            assert_eq!(
                ContentType::parse(content_type.as_str()),
                Some(content_type)
            );
        }
        assert_eq!(Extension::parse("JPG"), None);
        assert_eq!(ContentType::parse("image/gif"), None);
    }

    #[test]
    fn a_formats_extension_and_content_type_agree() {
        for format in ImageFormat::ALL {
            assert_eq!(format.extension().format(), format);
            assert_eq!(format.content_type().format(), format);
        }
    }
}
