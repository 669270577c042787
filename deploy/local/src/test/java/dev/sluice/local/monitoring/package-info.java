/** That the dashboard and the alerts of deploy/monitoring are what their readers take. */
@NullMarked
package dev.sluice.local.monitoring;

import org.jspecify.annotations.NullMarked;
