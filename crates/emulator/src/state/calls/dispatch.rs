//! Which method of the world makes which call.

use bytes::Bytes;

use super::context::Context;
use crate::state::admission::{Admitted, Body};
use crate::state::answer::{ApiAnswer, Success};
use crate::state::error::{ApiError, Result};
use crate::state::idempotency::Kept;
use crate::state::read::Fields;
use crate::state::route::Route;
use crate::state::world::World;

impl World {
    /// Makes a call that was admitted.
    pub(crate) fn execute(&mut self, admitted: Box<Admitted>, now_ms: u64) -> ApiAnswer {
        let result = self.call(&admitted, now_ms);
        if let Some(claim) = &admitted.claim {
            let kept = result.as_ref().ok().map(|success| Kept {
                status: success.status,
                body: success.body.clone(),
            });
            self.team(&admitted.team).memory.finish(claim, kept);
        }
        match result {
            Ok(success) => ApiAnswer::new(admitted.stamp, success),
            Err(error) => ApiAnswer::refusal(admitted.stamp, error),
        }
    }

    fn call(&mut self, admitted: &Admitted, now_ms: u64) -> Result<Success> {
        let caller = Context {
            team: &admitted.team,
            version: &admitted.stamp.version,
            now_ms,
        };
        let body = match &admitted.call.body {
            Body::Whole { bytes, .. } => bytes.clone(),
            // Refused at admission.
            Body::TooLong => Bytes::new(),
        };
        let fields = || Fields::parse(&body);
        match &admitted.call.route {
            Route::Init => self.init_upload(&fields()?, caller),
            Route::Classify => self.classify(&fields()?, caller),
            Route::Create => self.create(&fields()?, caller),
            Route::List => self.list(admitted.call.query.as_deref(), caller),
            Route::Get(id) => self.get(id, caller),
            Route::Update(id) => self.update(id, &fields()?, caller),
            Route::Delete(id) => self.delete(id, caller),
            Route::Save(id) => self.save(id, caller),
            Route::Regenerate(id) => self.regenerate(id, &fields()?, caller),
            Route::Resynthesize(id) => {
                self.resynthesize(id, &Fields::parse_optional(&body)?, caller)
            }
            Route::Picture { .. } | Route::WrongMethod { .. } | Route::Unknown => {
                Err(ApiError::not_found("endpoint"))
            }
        }
    }
}
