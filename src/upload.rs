//! `upload`: one file, from the pick to a ticket that is filled, surviving what can be survived.

use std::rc::Rc;

use aurous_contract::failure::Code;
use aurous_contract::image::{ImageFacts, ImageFormat};
use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;

use crate::api_call::ApiCall;
use crate::attempt::Attempt;
use crate::call_options::{self, Context};
use crate::classify;
use crate::fields::Fields;
use crate::init_upload;
use crate::js;
use crate::json;
use crate::on_progress::OnProgress;
use crate::picked_file::PickedFile;
use crate::put_file::Put;
use crate::stop::Stop;
use crate::ticket;

/// Files up to so many bytes are read once, before anything else. The design's.
const DEFAULT_SNAPSHOT_BYTES: f64 = 32.0 * 1024.0 * 1024.0;

/// An upload whose arguments are read and checked.
pub struct Upload {
    file: PickedFile,
    context: Rc<Context>,
    classifies: bool,
    snapshot_bytes: f64,
}

pub fn prepare(file: JsValue, options: &JsValue, client: &JsValue) -> Result<Upload, Stop> {
    let options = call_options::read(options)?;
    let mut context = Context::read(&options, client)?;
    let file = PickedFile::read(file, "file")?;
    context.on_progress = OnProgress::read(&options, file.size)?.map(Rc::new);
    Ok(Upload {
        file,
        context: Rc::new(context),
        classifies: options.boolean("classify")?,
        snapshot_bytes: snapshot_bytes(&options)?,
    })
}

impl Upload {
    pub async fn run(self) -> Result<JsValue, Stop> {
        let context = self.context;
        if let Some(on_progress) = &context.on_progress {
            on_progress.prepares();
        }
        let (file, format) = {
            let reading = context.reading()?;
            read(self.file, self.snapshot_bytes, &reading).await?
        };
        let facts = ImageFacts::of(format, file.size);
        let body = init_upload::describe(&file, format)?;
        let mint = async || {
            let call = ApiCall::new(&init_upload::ROUTE, context.clone());
            call.post(&body).await
        };

        let mut ticket = mint().await?;
        let target = ticket::read_target(&ticket, &context.client.base)?;
        let mut put = Put::new(target, file, context.clone());
        let mut sent = put.send().await;
        if matches!(&sent, Err(Stop::Failed(failure, _)) if failure.code == Code::UploadUrlExpired.as_str())
        {
            ticket = mint().await?;
            put.target = ticket::read_target(&ticket, &context.client.base)?;
            sent = put.send().await;
        }
        sent?;

        let mut classification = JsValue::NULL;
        if self.classifies {
            let call = ApiCall::new(&classify::ROUTE, context.clone());
            classification = call.post(&classify::body(&ticket)?).await?;
        }
        let image = json::object(&facts).unwrap_or_default();
        let result = Object::new();
        for (name, value) in [
            ("ticket", ticket),
            ("image", image),
            ("classification", classification),
        ] {
            // A fresh object takes any field.
            let _ = Reflect::set(&result, &name.into(), &value);
        }
        Ok(result.into())
    }
}

/// The file to send, and what its bytes say it is. A small one is copied first, so that what is looked
/// at here is what is sent, each time.
async fn read(
    file: PickedFile,
    snapshot_bytes: f64,
    attempt: &Attempt,
) -> Result<(PickedFile, ImageFormat), Stop> {
    let file = if file.size <= snapshot_bytes {
        file.snapshot(attempt).await?
    } else {
        file
    };
    let format = file.format(attempt).await?;
    Ok((file, format))
}

fn snapshot_bytes(options: &Fields<'_>) -> Result<f64, Stop> {
    let value = options.get("snapshotBytes")?;
    match value.as_f64() {
        Some(bytes) if bytes >= 0.0 => Ok(bytes),
        None if value.is_undefined() => Ok(DEFAULT_SNAPSHOT_BYTES),
        _ => {
            let must = "must be a number of bytes, 0 or more";
            Err(options.refuse_as("snapshotBytes", must, &js::describe(&value)))
        }
    }
}
