package stack

import "slices"

// shiftingPlugin is the only plugin of osls that localaws knows. CodeDeploy then moves an
// alias of each function from one version to the next. localaws runs one version.
const shiftingPlugin = "serverless-plugin-canary-deployments"

// shifts are the ways in which CodeDeploy moves traffic, as the plugin names them.
var shifts = []string{
	"AllAtOnce", "Canary10Percent5Minutes", "Canary10Percent10Minutes", "Canary10Percent15Minutes", "Canary10Percent30Minutes",
	"Linear10PercentEvery1Minute", "Linear10PercentEvery2Minutes", "Linear10PercentEvery3Minutes", "Linear10PercentEvery10Minutes",
}

// shifting is custom.deploymentSettings: what holds for every function.
type shifting struct {
	plugin   bool // the service names the plugin
	settings *node
	versions bool // provider.versionFunctions
}

// readShifting reads the plugins, and the settings of the one that localaws knows.
func (s *service) readShifting(plugins []*node, custom *node) {
	for _, p := range plugins {
		if p.value != shiftingPlugin {
			s.refuse(p, "localaws does not know this plugin, only %s", shiftingPlugin)
			continue
		}
		s.shifting.plugin = true
		s.shifting.settings = custom.field("deploymentSettings")
	}
}

// shiftHere tells whether the plugin does anything in this stage.
func (s *service) shiftHere() bool {
	stages := s.open(s.shifting.settings, asIs).list("stages")
	return len(stages) == 0 || slices.ContainsFunc(stages, func(n *node) bool { return n.value == s.template.place.Stage })
}

// addShift adds what the plugin makes of a function's deploymentSettings.
func (s *service) addShift(name string, n, versioned *node) {
	switch {
	case n == nil:
		return
	case !s.shifting.plugin:
		s.refuse(n, "nothing reads this: plugins does not name %s", shiftingPlugin)
		return
	}
	own, all := s.open(n, asIs), s.open(s.shifting.settings, asIs)
	alarms, role := s.readAlarms(own, all), all.raw("codeDeployRole")
	alias := s.readShift(n, own, all)
	own.done("localaws does not know this setting of a deployment")
	all.ignore("stages", "codeDeployRolePermissionsBoundary")
	all.done("localaws does not know this setting of a deployment")
	if !s.shiftHere() {
		return
	}
	if !s.shifting.versions || versioned != nil && versioned.value == "false" {
		s.refuse(n, "needs versions of the function: set provider.versionFunctions, and not versionFunction to false")
	}
	id := functionID(name)
	s.make(id+"Alias"+alias, "AWS::Lambda::Alias", n, map[string]*node{"FunctionName": refNode(n, id), "Name": textNode(n, alias)})
	s.make(id+"DeploymentGroup", "AWS::CodeDeploy::DeploymentGroup", n, map[string]*node{"ServiceRoleArn": role, "Alarms": alarms})
}

// readShift returns the name of the alias that moves.
func (s *service) readShift(n *node, own, all *fields) (alias string) {
	for name, known := range map[string]func(string) bool{
		"type":  func(v string) bool { return slices.Contains(shifts, v) },
		"alias": func(v string) bool { alias = v; return aliasName.MatchString(v) },
	} {
		value := first(own.raw(name), all.raw(name))
		switch {
		case value == nil:
			s.refuse(n, "%s is missing, here and in custom.deploymentSettings", name)
		case !known(value.value):
			s.refuse(value, "%q is not what CodeDeploy and Lambda accept as %s", value.value, name)
		}
	}
	return alias
}

// readAlarms returns references to the alarms that end a deployment. An alarm by name may
// belong to another stack.
func (s *service) readAlarms(own, all *fields) *node {
	named := own.list("alarms")
	if everywhere := all.list("alarms"); named == nil {
		named = everywhere
	}
	alarms := listNode(own.object)
	for _, alarm := range named {
		if alarm.kind == text {
			alarms.items = append(alarms.items, refNode(alarm, alarm.value))
		}
	}
	return alarms
}
