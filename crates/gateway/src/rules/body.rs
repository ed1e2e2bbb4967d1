use crate::refusal::Refusal;
use serde_json::{Map, Value};
pub(crate) fn parse_object(_: &[u8], _: &[&str]) -> Result<Map<String, Value>, Refusal> {
    Ok(Map::new())
}
pub(crate) fn string<'a>(_: &'a Map<String, Value>, _: &str) -> Result<&'a str, Refusal> {
    Ok("")
}
pub(crate) fn upload_ids(_: &Map<String, Value>) -> Result<Vec<&str>, Refusal> {
    Ok(vec![])
}
pub(crate) fn generate(_: &Map<String, Value>) -> Result<bool, Refusal> {
    Ok(false)
}
pub(crate) fn attributes(_: &Map<String, Value>) -> Result<(), Refusal> {
    Ok(())
}
