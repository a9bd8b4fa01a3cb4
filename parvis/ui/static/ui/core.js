// What every page does: small behaviours bound by data attributes, each in its own module.
import "ui/dialogs";
import "ui/submits";
import "ui/network";
import "ui/counter";
import "ui/theme";
import "ui/times";
import "ui/badges";
import "ui/worker";
