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
            // A route that answers as its unknown neighbour does is not there, whatever the status.
            let neighbour = format!("{path}-{}", cx.smoke_name("nothing"));
            for (who, admin) in [("anybody", false), ("an admin of one shop", true)] {
                let route = answer(cx, path, admin).await?;
                let unknown = answer(cx, &neighbour, admin).await?;
                seen.push(Seen {
                    path: path.clone(),
                    who,
                    admin,
                    status: route.0,
                    exists: route != unknown,
                });
            }
        }
        Ok(judge(&seen))
    }
}

/// Status and body, with what differs from route to route taken out.
async fn answer(cx: &Context, path: &str, admin: bool) -> Result<(u16, String), Error> {
    let request = cx.http().get(path).no_redirects();
    let response = if admin { request.admin()? } else { request }.send().await?;
    let body = response
        .text()
        .replace(path, "PATH")
        .replace(response.request_id(), "ID");
    Ok((response.status(), body))
}

struct Seen {
    path: String,
    who: &'static str,
    admin: bool,
    status: u16,
    exists: bool,
}

fn judge(seen: &[Seen]) -> Outcome {
    let mut assertions = Assertions::new();
    for Seen {
        path,
        who,
        admin,
        status,
        exists,
    } in seen
    {
        let closed = matches!(status, 403 | 404) || (*status == 401 && !admin) || !exists;
        assertions.require(
            closed,
            Reason::Misconfigured,
            format!("GET {path} answers 403 or 404 to {who}"),
            format!("GET {path} answered {status} to {who}"),
        );
    }
    let paths = seen.iter().filter(|seen| seen.admin).count();
    assertions.conclude(format!(
        "{paths} development routes are closed, without a token and with one"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_means_closed_to_all() {
        let judged = |admin, status, exists| {
            judge(&[Seen {
                path: "/dev/jobs".to_owned(),
                who: "somebody",
                admin,
                status,
                exists,
            }])
            .status
        };
        assert_eq!(judged(false, 404, true), Status::Pass);
        assert_eq!(judged(false, 401, true), Status::Pass);
        assert_eq!(judged(true, 403, true), Status::Pass);
        assert_eq!(
            judged(true, 401, true),
            Status::Fail,
            "a valid token must not make the difference"
        );
        assert_eq!(judged(false, 200, true), Status::Fail);
        assert_eq!(
            judged(false, 500, true),
            Status::Fail,
            "a route that runs and breaks is open"
        );
        assert_eq!(
            judged(false, 200, false),
            Status::Pass,
            "every unknown route answers 200: not this probe's finding"
        );
    }
}
