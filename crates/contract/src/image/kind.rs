/// What to do about a file of some kind.
#[derive(Clone, Copy)]
enum Advice {
    /// A picture of another format.
    Convert,
    /// A camera's raw photo.
    Develop,
    /// A video.
    TakeStill,
    /// An archive or a document, which may hold a picture.
    TakeOut,
    /// A text that may have been saved in place of the picture.
    Download,
    /// A file that stands beside the picture, or leads to it.
    PickOriginal,
    /// A file whose bytes are elsewhere.
    Fetch,
    /// What browsers show of a folder.
    LookInto,
    PickAnother,
}

impl Advice {
    const fn text(self) -> &'static str {
        match self {
            Self::Convert => "Save it as JPEG, or pick another picture.",
            Self::Develop => "Export it as JPEG, or pick the JPEG that the camera saved with it.",
            Self::TakeStill => "Save one frame of it as JPEG, or pick a photo.",
            Self::TakeOut => "If it contains the picture, save that as JPEG and pick it.",
            Self::Download => {
                "It may have been saved in place of the picture: download that again, or pick another one."
            }
            Self::PickOriginal => "Pick the picture itself.",
            Self::Fetch => {
                "Its content may still be in the cloud: open it on this device, then pick it again."
            }
            Self::LookInto => "Pick another picture. If it is a folder, pick the pictures in it.",
            Self::PickAnother => "Pick another picture.",
        }
    }
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $name:literal $advice:ident;)+) => {
        /// A kind of file that the API does not take.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum FileKind {
            $($(#[$doc])* $kind,)+
        }

        impl FileKind {
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// Returns what follows "… is " in a message.
            ///
            /// ```
            /// use aurous_contract::image::FileKind;
            ///
            /// let refusal = ["IMG_0001.HEIC is ", FileKind::Heic.name()].concat();
            /// assert_eq!(refusal, "IMG_0001.HEIC is HEIC");
            /// assert_eq!(FileKind::Empty.name(), "an empty file");
            /// ```
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)+
                }
            }

            const fn advice_class(self) -> Advice {
                match self {
                    $(Self::$kind => Advice::$advice,)+
                }
            }
        }
    };
}

impl FileKind {
    /// Returns what a person can do, as a sentence.
    ///
    /// ```
    /// use aurous_contract::image::FileKind;
    ///
    /// assert_eq!(FileKind::AppleDouble.advice(), "Pick the picture itself.");
    /// ```
    pub const fn advice(self) -> &'static str {
        self.advice_class().text()
    }
}

kinds! {
    /// HEIF with HEVC inside: the format of an iPhone's photos.
    Heic "HEIC" Convert;
    /// HEIF with another codec inside, or with none that is named.
    Heif "HEIF" Convert;
    Avif "AVIF" Convert;
    Gif "GIF" Convert;
    /// TIFF and BigTIFF, but for the raw formats built on it.
    Tiff "TIFF" Convert;
    Bmp "BMP" Convert;
    /// A bare codestream or a container.
    JpegXl "JPEG XL" Convert;
    /// A bare codestream or a container.
    Jpeg2000 "JPEG 2000" Convert;
    JpegXr "JPEG XR" Convert;
    JpegLs "JPEG-LS" Convert;
    LosslessJpeg "lossless JPEG" Convert;
    ArithmeticJpeg "JPEG with arithmetic coding" Convert;
    HierarchicalJpeg "hierarchical JPEG" Convert;
    /// More than 8 bits for each color.
    DeepJpeg "JPEG with more than 8 bits for each color" Convert;
    /// Neither gray nor three colors nor four.
    OddlyColoredJpeg "JPEG with an unusual number of colors" Convert;
    /// Xcode's variant, in apps for iPhones: browsers don't show it.
    CrushedPng "PNG in Apple's own variant (CgBI)" Convert;
    /// Relatives of PNG: MNG and JNG.
    Mng "MNG" Convert;
    Icon "an icon or a cursor (ICO, CUR, ICNS)" Convert;
    Tga "TGA" Convert;
    Pcx "PCX" Convert;
    /// PBM, PGM, PPM, PAM and PFM.
    Pnm "PNM" Convert;
    OpenExr "OpenEXR" Convert;
    RadianceHdr "Radiance HDR" Convert;
    Dds "DDS" Convert;
    Ktx "KTX" Convert;
    Qoi "QOI" Convert;
    Flif "FLIF" Convert;
    Bpg "BPG" Convert;
    Sgi "an SGI picture" Convert;
    SunRaster "a Sun raster picture" Convert;
    Dpx "DPX" Convert;
    DjVu "DjVu" Convert;
    Ilbm "an Amiga picture (ILBM)" Convert;
    Xpm "XPM" Convert;
    Wmf "WMF" Convert;
    Emf "EMF" Convert;
    Svg "SVG" Convert;
    Eps "PostScript (EPS or Illustrator)" Convert;
    Dicom "DICOM" Convert;
    Fits "FITS" Convert;
    Photoshop "a Photoshop file" Convert;
    Gimp "a GIMP file" Convert;
    Affinity "an Affinity file" Convert;
    PaintDotNet "a Paint.NET file" Convert;
    PaintShop "a PaintShop file" Convert;
    ClipStudio "a Clip Studio file" Convert;
    Corel "a CorelDRAW file" Convert;
    InDesign "an InDesign file" Convert;
    Sketch "a Sketch file" Convert;
    Procreate "a Procreate file" Convert;
    /// Krita or OpenRaster.
    Krita "a Krita or OpenRaster file" Convert;
    Model "a 3D model" Convert;
    CanonCr3 "Canon raw (CR3)" Develop;
    CanonCr2 "Canon raw (CR2)" Develop;
    CanonCrw "Canon raw (CRW)" Develop;
    Nef "Nikon raw (NEF)" Develop;
    Arw "Sony raw (ARW)" Develop;
    Dng "a raw photo (DNG)" Develop;
    Raf "Fujifilm raw (RAF)" Develop;
    Rw2 "Panasonic raw (RW2)" Develop;
    Orf "Olympus raw (ORF)" Develop;
    X3f "Sigma raw (X3F)" Develop;
    Mrw "Minolta raw (MRW)" Develop;
    /// Another raw format built on TIFF.
    CameraRaw "a camera's raw photo" Develop;
    Mp4 "a video (MP4)" TakeStill;
    /// QuickTime, and with it the moving half of an iPhone's live photo.
    Mov "a video (MOV)" TakeStill;
    ThreeGp "a video (3GP)" TakeStill;
    Matroska "a video (WebM or MKV)" TakeStill;
    Avi "a video (AVI)" TakeStill;
    Mpeg "a video (MPEG)" TakeStill;
    Wmv "a video (WMV)" TakeStill;
    Flv "a video (FLV)" TakeStill;
    Pdf "PDF" TakeOut;
    Office "an Office document" TakeOut;
    /// The documents of LibreOffice and OpenOffice.
    OpenDocument "an OpenDocument file" TakeOut;
    Epub "an e-book (EPUB)" TakeOut;
    Rtf "RTF" TakeOut;
    Zip "a ZIP archive, or a document stored as one" TakeOut;
    /// Of another format than ZIP.
    Archive "an archive" TakeOut;
    Html "HTML" Download;
    Xml "XML" Download;
    Json "JSON" Download;
    /// UTF-8 without control characters, or anything that starts with a UTF-16 byte order mark.
    Text "plain text" Download;
    Base64 "a picture as Base64 text" Download;
    GitLfs "a Git LFS pointer" Download;
    /// A picture that a program took for text: its bytes or line ends were converted.
    Mangled "a picture that was damaged when it was saved as text" Download;
    BrokenJpeg "a damaged JPEG" Download;
    BrokenPng "a damaged PNG" Download;
    BrokenWebp "a damaged WebP" Download;
    /// What macOS keeps beside a file on other disks: `._IMG_0001.jpg`.
    AppleDouble "an AppleDouble file (what macOS stores beside a picture)" PickOriginal;
    DsStore "a .DS_Store file (how macOS shows a folder)" PickOriginal;
    Shortcut "a shortcut" PickOriginal;
    /// Of a web address (`.webloc`), or of a photo that is still in iCloud (`.icloud`).
    PropertyList "a property list (a link, or a photo that is still in iCloud)" PickOriginal;
    /// Nothing but zero bytes.
    Zeros "a file of zero bytes alone" Fetch;
    Audio "an audio file" PickAnother;
    Font "a font" PickAnother;
    Program "a program" PickAnother;
    Database "a database" PickAnother;
    Empty "an empty file" LookInto;
    /// Fewer bytes than a signature has.
    TooShort "too short to be an image" PickAnother;
    Unknown "not an image format that is known here" Convert;
}
