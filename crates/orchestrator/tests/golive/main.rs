//! The built `golive`, used as people use it. One binary, so that it is linked once.

mod agreement;
mod conformance;
mod harmless;
mod hostile;
mod https;
mod interruption;
mod outages;
mod secrets;
mod standalone;
mod support;
mod two_faults;
mod usage;
