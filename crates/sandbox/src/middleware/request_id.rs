//! Every answer carries `x-request-id`: the caller's value, or a fresh one.

tokio::task_local! {
    static REQUEST_ID: String;
}

/// The id of the request being served; empty outside one.
pub(crate) fn current() -> String {
    REQUEST_ID.try_with(Clone::clone).unwrap_or_default()
}

/// Serves with that id.
pub(crate) async fn serve<F: Future>(id: String, inner: F) -> F::Output {
    REQUEST_ID.scope(id, inner).await
}
