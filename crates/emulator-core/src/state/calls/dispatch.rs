//! Which function makes which call.

use super::context::CallContext;
use crate::state::admission::AdmittedCall;
use crate::state::error::{ApiError, Result};
use crate::state::fields::Fields;
use crate::state::idempotency::StoredResponse;
use crate::state::response::{ApiResponse, Success};
use crate::state::route::Route;
use crate::state::world::World;

impl World {
    /// Makes a call that was admitted.
    pub(crate) fn execute(&mut self, admitted: Box<AdmittedCall>, now_ms: u64) -> ApiResponse {
        let result = self.dispatch(&admitted, now_ms);
        if let Some(claim) = &admitted.claim {
            let response = result.as_ref().ok().map(|success| StoredResponse {
                status: success.status,
                body: success.body.clone(),
            });
            let team = self.team(&admitted.team);
            team.idempotency.finish(claim, response);
        }
        match result {
            Ok(success) => ApiResponse::new(admitted.headers, success),
            Err(error) => ApiResponse::refusal(admitted.headers, error),
        }
    }

    fn dispatch(&mut self, admitted: &AdmittedCall, now_ms: u64) -> Result<Success> {
        let context = CallContext {
            team: &admitted.team,
            version: &admitted.headers.version,
            now_ms,
        };
        let call = &admitted.call;
        // Empty only in theory: admission refuses a call whose body was not kept.
        let body = call.body.bytes.clone().unwrap_or_default();
        let fields = || Fields::parse(&body);
        match &call.route {
            Route::Init => self.init_upload(&fields()?, context),
            Route::Classify => self.classify(&fields()?, context),
            Route::Create => self.create(&fields()?, context),
            Route::List => self.list(call.query.as_deref(), context),
            Route::Get(id) => self.get(id, context),
            Route::Update(id) => self.update(id, &fields()?, context),
            Route::Delete(id) => self.delete(id, context),
            Route::Save(id) => self.save(id, context),
            Route::Regenerate(id) => self.regenerate(id, &fields()?, context),
            Route::Resynthesize(id) => {
                self.resynthesize(id, &Fields::parse_optional(&body)?, context)
            }
            Route::ReferenceImage { .. } | Route::WrongMethod { .. } | Route::Unknown => {
                Err(ApiError::not_found("endpoint"))
            }
        }
    }
}
