//! Development helpers are closed, even to an admin.

use golive_core::prelude::*;

pub(crate) struct DevRoutes;

#[async_trait]
impl Probe for DevRoutes {
    fn facts(&self) -> Facts {
        Facts::new(
            "contract.dev-routes",
            "development routes are closed, even with an admin token",
        )
        .why("/dev/* shows jobs and audit entries of all shops, and can trigger sends")
        .asks("sends GET to each development route, without a token and with a valid one")
        .fails_when("a development route answers anything but 403 or 404 (401 without a token)")
        .needs(&["contract.reachable"])
        .variables(&["JWT_SECRET", "DEV_SHOP_DOMAIN"])
        .remedy("Set NODE_ENV=production in the deployment, and mount /dev only when it is not")
        .command("curl -i \"$BASE_URL/dev/jobs\"")
        .runbook("development-routes-open")
    }

    async fn ask(&self, cx: &Context) -> Result<Outcome, Error> {
        let mut seen = Vec::new();
        for path in &cx.contract().paths.dev {
            let anonymous = cx.http().get(path).no_redirects().send().await?.status();
            let admin = cx.http().get(path).no_redirects().admin()?.send().await?.status();
            seen.push((path.clone(), anonymous, admin));
        }
        Ok(judge(&seen))
    }
}

/// Path, status without a token, status with one.
fn judge(seen: &[(String, u16, u16)]) -> Outcome {
    let mut assertions = Assertions::new();
    for (path, anonymous, admin) in seen {
        assertions.require(
            matches!(anonymous, 401 | 403 | 404),
            Reason::Misconfigured,
            format!("GET {path} answers 403 or 404"),
            format!("GET {path} answered {anonymous} to anybody"),
        );
        assertions.require(
            matches!(admin, 403 | 404),
            Reason::Misconfigured,
            format!("GET {path} answers 403 or 404, even to an admin"),
            format!("GET {path} answered {admin} to an admin of one shop"),
        );
    }
    assertions.conclude(format!("{} development routes are closed", seen.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_means_closed_to_all() {
        let judged = |anonymous, admin| judge(&[("/dev/jobs".to_owned(), anonymous, admin)]).status;
        assert_eq!(judged(404, 404), Status::Pass);
        assert_eq!(judged(401, 403), Status::Pass);
        assert_eq!(judged(200, 200), Status::Fail);
        assert_eq!(judged(401, 200), Status::Fail);
        assert_eq!(
            judged(500, 404),
            Status::Fail,
            "a route that runs and breaks is open"
        );
    }
}
