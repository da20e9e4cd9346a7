"""What the marketplace hears from the others."""

from kit.inbox import Handlers
from services.marketplace.heard import commands

HEARD: Handlers = {
    "school.changed": commands.keep_schools,
    "staff.assigned": commands.keep_staff,
    "relationship.changed": commands.keep_relationships,
    "learner.enrolled": commands.keep_enrollments,
    "framework.published": commands.keep_frameworks,
    "placement.changed": commands.keep_placements,
}
